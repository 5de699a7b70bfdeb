import Market

/// What `qbench describe` says of a file: everything but the values.
///
/// Making one reads and checks the whole file.
public struct FileSummary: Sendable, Equatable, Codable {
  /// A field of a panel or a column of predictions.
  public struct Field: Sendable, Equatable, Codable {
    public var name: String
    /// Share of values that are missing, 0 to 1, over all paths; 0 where there are none at all.
    public var missing: Double
  }

  /// A static attribute of the assets.
  public struct Attribute: Sendable, Equatable, Codable {
    public var name: String
    /// How many different values it takes, not counting unknown ones.
    public var distinct: Int
    /// Assets whose value is unknown.
    public var unknown: Int
  }

  /// How made training rows are cut.
  public struct Windows: Sendable, Equatable, Codable {
    public var crossSections: Int
    public var steps: Int
    public var columns: Int
  }

  public var file: String
  /// Size on disk.
  public var bytes: Int
  public var schema: Int
  public var kind: FileKind
  public var metadata: FileMetadata
  /// Different dates; predictions have many rows on each.
  public var dates: Int
  /// ISO 8601; `nil` where there is no date.
  public var firstDate: String?
  public var lastDate: String?
  public var assets: [String]
  /// Sampled paths; `nil` for other kinds.
  public var paths: Int?
  /// Rows of predictions or made training rows; `nil` for panels.
  public var rows: Int?
  /// `nil` but for made training rows.
  public var windows: Windows?
  public var fields: [Field]
  public var attributes: [Attribute]
  /// What identifies a cell of predictions; empty for panels.
  public var cell: [String: String]

  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public init(describing path: String) throws {
    let stored = try StoredFile(path)
    switch stored.kind {
    case .samples where try stored.holdsWindows:
      try self.init(stored, SampleSetFile.read(stored))
    case .panel, .samples: try self.init(StoredPanels(stored))
    case .predictions: try self.init(stored, PredictionsFile.read(stored))
    case .parameters: try self.init(stored, ParametersFile.read(stored))
    }
  }

  private init(_ panels: StoredPanels) throws {
    let calendar = panels.calendar
    self.init(panels.stored, days: calendar.dates, assets: panels.universe.assets)
    paths = kind == .samples ? panels.paths : nil
    attributes = panels.universe.attributes.keys.sorted(by: precedesInBytes).map { name in
      let values = panels.universe.attributes[name] ?? []
      return Attribute(
        name: name, distinct: Set(values.compactMap { $0 }).count,
        unknown: values.count { $0 == nil })
    }
    var missing = [Int](repeating: 0, count: panels.fields.count)
    let width = panels.fields.count
    try panels.verify { _, values in
      // Making the panel checks what no hash can: that a consistent file makes sense.
      _ = try panels.panel(values)
      values.withUnsafeBufferPointer { source in
        for index in source.indices where source[index].isNaN { missing[index % width] += 1 }
      }
    }
    let total = panels.paths * calendar.count * panels.universe.count
    fields = zip(panels.fields, missing).map { Field(name: $0, missing: Self.share($1, of: total)) }
  }

  private init(_ stored: StoredFile, _ rows: PredictionRows) {
    let days = Set(rows.date).sorted()
    self.init(stored, days: days, assets: rows.assets)
    self.rows = rows.count
    cell = rows.cell
    let columns = [
      ("prediction", rows.prediction), ("label", rows.label), ("return", rows.realizedReturn),
    ]
    fields = columns.map { name, values in
      Field(name: name, missing: Self.share(values.count(where: \.isNaN), of: values.count))
    }
  }

  /// Dates are those whose labels the rows have; nothing of made rows is missing.
  private init(_ stored: StoredFile, _ content: SampleSetFile.Content) {
    let set = content.set
    let days = Set(set.crossSections.map(\.excessDate)).sorted().map { content.calendar[$0] }
    self.init(stored, days: days, assets: content.assets)
    rows = set.count
    windows = Windows(
      crossSections: set.crossSections.count, steps: set.steps, columns: set.columns.count)
    fields = set.columns.map { Field(name: $0, missing: 0) }
  }

  /// The fields of learnt parameters are their arrays.
  private init(_ stored: StoredFile, _ parameters: StoredParameters) {
    self.init(stored, days: [], assets: parameters.texts["assets"] ?? [])
    fields = parameters.arrays.keys.sorted(by: precedesInBytes).map { name in
      let values = parameters.arrays[name]?.values ?? []
      return Field(name: name, missing: Self.share(values.count(where: \.isNaN), of: values.count))
    }
  }

  /// What all kinds have in common.
  private init(_ stored: StoredFile, days: [TradingDate], assets: [String]) {
    file = stored.path
    bytes = stored.bytes
    schema = FileMetadata.schema
    kind = stored.kind
    metadata = stored.metadata
    dates = days.count
    firstDate = days.first.map(\.description)
    lastDate = days.last.map(\.description)
    self.assets = assets
    paths = nil
    rows = nil
    windows = nil
    fields = []
    attributes = []
    cell = [:]
  }

  private static func share(_ part: Int, of total: Int) -> Double {
    total == 0 ? 0 : Double(part) / Double(total)
  }
}
