import HDF5
import Market

/// A file of panels whose axes are read and checked, and whose values are still on disk.
struct StoredPanels {
  static let dateUnits = "days since 1970-01-01"

  let stored: StoredFile
  let calendar: TradingCalendar
  let universe: Universe
  let fields: [String]
  let paths: Int

  var metadata: FileMetadata { stored.metadata }

  /// - Throws: `StorageError` for a wrong kind, layout or axis.
  init(_ path: String) throws { try self.init(try StoredFile(path)) }

  init(_ stored: StoredFile) throws {
    try stored.require(.panel, .samples)
    guard try stored.kind == .panel || !stored.holdsWindows else {
      throw StorageError.content(
        file: stored.path,
        reason:
          "it holds training rows (windows of features with labels), not prices; needed here: "
          + "a panel, or sampled paths of one")
    }
    self.stored = stored
    let days = try stored.column("/dates", as: Int32.self)
    try Self.requireUnits(stored)
    let assets = try stored.texts("/assets")
    fields = try stored.texts("/fields")
    let attributes = try Self.attributes(of: stored, assets: assets.count)
    (calendar, universe) = try reading(stored.path) {
      (
        try TradingCalendar(days.map(TradingDate.init(daysSinceEpoch:))),
        try Universe(assets, attributes: attributes)
      )
    }
    let hasPaths = stored.kind == .samples
    let shape = try stored.shape(of: "/values", .float32, rank: hasPaths ? 4 : 3)
    paths = hasPaths ? shape[0] : 1
    guard paths > 0 else {
      throw StorageError.content(file: stored.path, reason: "it holds no path")
    }
    let expected = [days.count, assets.count, fields.count]
    guard Array(shape.suffix(3)) == expected else {
      throw StorageError.layout(
        file: stored.path, object: "/values",
        expected: "\(expected) from /dates, /assets and /fields", found: "\(shape)")
    }
  }

  /// Hands over the values path by path, then compares the content with its hash.
  ///
  /// - Throws: `StorageError`, and whatever `body` throws.
  func verify(_ body: (_ path: Int, _ values: [Float]) throws -> Void) throws {
    let hash = try panelHash(kind: stored.kind, calendar, universe, fields, paths: paths)
    let shape = [calendar.count, universe.count, fields.count]
    let leading = stored.kind == .samples ? [1] : []
    for path in 0..<paths {
      var values = try reading(stored.path) {
        try stored.file.read(
          "/values", as: Float.self, start: (leading.isEmpty ? [] : [path]) + [0, 0, 0],
          count: leading + shape)
      }
      makeCanonical(&values)
      try hash.addBits(values)
      try body(path, values)
    }
    try stored.checkHash(try hash.finish())
  }

  /// - Throws: `StorageError.content` for an infinite value or a repeated field.
  func panel(_ values: [Float]) throws -> Panel {
    try reading(stored.path) {
      try Panel(calendar: calendar, universe: universe, fields: fields, values: values)
    }
  }

  private static func requireUnits(_ stored: StoredFile) throws {
    let units = try reading(stored.path) { try stored.file.text("units", of: "/dates") }
    guard units == dateUnits else {
      throw StorageError.layout(
        file: stored.path, object: "the unit of /dates", expected: "'\(dateUnits)'",
        found: "'\(units)'")
    }
  }

  private static func attributes(
    of stored: StoredFile, assets: Int
  ) throws -> [String: [String?]] {
    var attributes: [String: [String?]] = [:]
    for name in try reading(stored.path, { try stored.file.names(in: "/attributes") }) {
      let values = try stored.texts("/attributes/\(name)")
      guard values.count == assets else {
        throw StorageError.layout(
          file: stored.path, object: "/attributes/\(name)", expected: "\(assets) values",
          found: "\(values.count)")
      }
      attributes[name] = values.map { $0.isEmpty ? nil : $0 }
    }
    return attributes
  }
}
