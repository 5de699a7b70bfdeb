import Market

/// Who listens to whom, of the assets of a universe, in one relation for each kind of edge.
///
/// Fixed by static attributes and by the training dates; what is observed on a date only decides
/// which of the nodes are there.
struct StockGraph: Equatable {
  /// What makes an edge, as specs name it.
  enum Edges: String, SpecChoice {
    /// Between all assets whose value of the attribute is known and equal.
    case sector
    /// From each asset to those whose returns on the training dates correlate most with its own.
    case correlation
    /// Between any two assets.
    case all
  }

  let assets: Int
  /// Kind by kind, asset × asset, row-major: whether the row listens to the column; the diagonal is
  /// off.
  private(set) var adjacency: [[Bool]]

  /// One relation for each of the kinds given.
  ///
  /// A kind without edges is left out, as `sector` is where the panel lacks the attribute.
  /// - Complexity: O(dates · assets²) for `correlation`, else O(assets²).
  init(_ kinds: [Edges], of samples: Samples, attribute: String, neighbours: Int) throws {
    assets = samples.universe.count
    adjacency = []
    for kind in kinds {
      let relation =
        switch kind {
        case .sector: Self.bySector(samples.universe, attribute)
        case .correlation: try Self.byCorrelation(samples, neighbours)
        case .all: Self.relation(assets) { _, _ in true }
        }
      if relation.contains(true) { adjacency.append(relation) }
    }
  }

  /// Number of edges, each counted from its listener, and once for each kind that makes it.
  var edges: Int { adjacency.reduce(0) { $0 + $1.count { $0 } } }

  private static func bySector(_ universe: Universe, _ attribute: String) -> [Bool] {
    guard let groups = universe.groups(by: attribute)?.index else { return [] }
    return relation(universe.count) { groups[$0] != nil && groups[$0] == groups[$1] }
  }

  private static func byCorrelation(_ samples: Samples, _ neighbours: Int) throws -> [Bool] {
    let nearest = try ReturnCorrelation(of: samples).nearest(neighbours).map { Set($0) }
    return relation(samples.universe.count) { nearest[$0].contains($1) }
  }

  private static func relation(_ assets: Int, _ areNeighbours: (Int, Int) -> Bool) -> [Bool] {
    (0..<assets * assets).map { cell in
      let (listener, other) = (cell / assets, cell % assets)
      return listener != other && areNeighbours(listener, other)
    }
  }
}
