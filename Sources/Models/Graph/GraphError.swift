import Market

/// A graph of stocks that cannot be made from what the spec asks for and the panel holds.
enum GraphError: UserFacingError, Equatable {
  case noAttribute(String, known: [String])
  case tooManyNodes(assets: Int, datesPerBatch: Int, heads: Int, limit: Int)

  var description: String {
    switch self {
    case .noAttribute(let name, let known):
      "gnn.attribute: the panel has no attribute '\(name)'; "
        + (known.isEmpty
          ? "it has none at all, so use edges: [\"correlation\"]"
          : "it has \(known.joined(separator: ", "))\(suggestion(for: name, among: known))")
    case .tooManyNodes(let assets, let datesPerBatch, let heads, let limit):
      "gnn: attention among \(assets) assets on \(datesPerBatch) dates with \(heads) heads takes "
        + "more than \(limit) values; lower gnn.datesPerBatch or gnn.heads"
    }
  }
}
