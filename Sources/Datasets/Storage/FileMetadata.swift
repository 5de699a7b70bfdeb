import HDF5

/// Where a file comes from: the root attributes of schema 1, apart from its kind.
///
/// An empty text means "none"; what is not known is never made up.
public struct FileMetadata: Sendable, Equatable, Codable {
  /// The version of the layout that this code writes and reads.
  public static let schema = 1

  /// One line for people.
  public var title: String
  /// Where the data come from, such as the names of the imported files.
  public var source: String
  /// Registry id of the generator that made the values; empty for real data.
  public var generator: String
  /// The resolved spec that made the file, as JSON; empty where there was none.
  public var spec: String
  /// The seed the values were drawn with; `nil` where nothing was drawn.
  public var seed: UInt64?
  /// `contentSHA256` of the file this one was derived from; empty where there is none.
  public var parentSHA256: String
  /// What a scenario asked for and what was reached, as JSON; empty where there was none.
  public var scenario: String = ""
  /// Name and version of the program that wrote the file.
  public var createdBy: String
  /// Digest of the canonical content (see `ContentHash`); set by the writer, checked by the reader.
  public internal(set) var contentSHA256: String

  public init(
    title: String, source: String = "", generator: String = "", spec: String = "",
    seed: UInt64? = nil, parentSHA256: String = "", createdBy: String = "qbench"
  ) {
    self.title = title
    self.source = source
    self.generator = generator
    self.spec = spec
    self.seed = seed
    self.parentSHA256 = parentSHA256
    self.createdBy = createdBy
    contentSHA256 = ""
  }
}

/// What a file holds.
public enum FileKind: String, Sendable, Codable, CaseIterable {
  /// One panel: dates × assets × fields.
  case panel
  /// What a generator made: panels of one shape (paths × dates × assets × fields), or training rows
  /// (rows × steps × columns, see `SampleSetFile`).
  case samples
  /// Predictions of one cell with what they are scored against.
  case predictions
  /// What a fitted generator or network has learnt: arrays of numbers by name.
  case parameters
}

extension FileMetadata {
  func write(to file: HDF5File, kind: FileKind) throws(HDF5Error) {
    try file.setAttribute("schema", to: Int64(Self.schema))
    try file.setAttribute("kind", to: kind.rawValue)
    try file.setAttribute("title", to: title)
    try file.setAttribute("source", to: source)
    try file.setAttribute("generator", to: generator)
    try file.setAttribute("spec", to: spec)
    if let seed { try file.setAttribute("seed", to: seed) }
    if !scenario.isEmpty { try file.setAttribute("scenario", to: scenario) }
    try file.setAttribute("parent_sha256", to: parentSHA256)
    try file.setAttribute("created_by", to: createdBy)
    try file.setAttribute("content_sha256", to: contentSHA256)
  }

  init(from file: HDF5File) throws(HDF5Error) {
    title = try file.text("title")
    source = try file.text("source")
    generator = try file.text("generator")
    spec = try file.text("spec")
    seed = try Self.seed(of: file)
    parentSHA256 = try file.text("parent_sha256")
    scenario = try file.attributeNames().contains("scenario") ? file.text("scenario") : ""
    createdBy = try file.text("created_by")
    contentSHA256 = try file.text("content_sha256")
  }

  /// The seed, signed or not: other tools write whole numbers as signed ones.
  private static func seed(of file: HDF5File) throws(HDF5Error) -> UInt64? {
    guard try file.attributeNames().contains("seed") else { return nil }
    if let unsigned = try? file.number("seed", as: UInt64.self) { return unsigned }
    let signed = try file.number("seed", as: Int64.self)
    guard let seed = UInt64(exactly: signed) else {
      throw .mismatch(file: file.path, object: "attribute seed", reason: "it is negative")
    }
    return seed
  }
}
