import HDF5
import Market

/// Panels in HDF5, schema 1: one (`panel`) or several sampled paths of one shape (`samples`).
///
/// Values round-trip bit by bit, except that every NaN becomes the one quiet NaN and an empty
/// attribute value becomes unknown (`nil`), which it is stored as. Equal content gives equal bytes.
public enum PanelFile {
  /// Writes a panel, replacing `path` as a whole or not at all.
  ///
  /// - Returns: The digest of the content, as stored in `content_sha256`.
  /// - Throws: `StorageError.cannotWrite`.
  @discardableResult
  public static func write(
    _ panel: Panel, _ metadata: FileMetadata, to path: String
  ) throws -> String {
    try write([panel], kind: .panel, metadata, to: path)
  }

  /// Writes paths sampled from one generator: the same dates, assets, attributes and fields in each.
  ///
  /// - Returns: The digest of the content, as stored in `content_sha256`.
  /// - Throws: `StorageError.cannotWrite`, also where there is no path or the paths differ in shape.
  @discardableResult
  public static func write(
    paths: [Panel], _ metadata: FileMetadata, to path: String
  ) throws -> String {
    try write(paths, kind: .samples, metadata, to: path)
  }

  /// Reads one panel, after checking the whole file against its hash.
  ///
  /// `index` says which path, counted from 0; it may be left out where there is only one.
  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public static func read(
    _ path: String, path index: Int? = nil
  ) throws -> (panel: Panel, metadata: FileMetadata) {
    let stored = try StoredPanels(path)
    let wanted = index ?? (stored.paths == 1 ? 0 : -1)
    guard (0..<stored.paths).contains(wanted) else {
      throw StorageError.noSuchPath(file: path, asked: index, paths: stored.paths)
    }
    var values: [Float] = []
    try stored.verify { number, found in if number == wanted { values = found } }
    return (try stored.panel(values), stored.metadata)
  }

  /// Reads every path, after checking the file against its hash.
  ///
  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public static func readPaths(
    _ path: String
  ) throws -> (panels: [Panel], metadata: FileMetadata) {
    let stored = try StoredPanels(path)
    var panels: [Panel] = []
    try stored.verify { _, values in panels.append(try stored.panel(values)) }
    return (panels, stored.metadata)
  }

  /// The digest of a panel's content, as a file of it stores it in `content_sha256`.
  ///
  /// - Complexity: O(values).
  public static func contentSHA256(of panel: Panel) throws -> String {
    let hash = try panelHash(
      kind: .panel, panel.calendar, panel.universe, panel.fields, paths: 1)
    var values = panel.values
    makeCanonical(&values)
    try hash.addBits(values)
    return try hash.finish()
  }

  private static func write(
    _ panels: [Panel], kind: FileKind, _ metadata: FileMetadata, to path: String
  ) throws -> String {
    let first = try requireOneShape(panels, writing: path)
    try requireStorableNames(first.universe, writing: path)
    let hash = try panelHash(
      kind: kind, first.calendar, first.universe, first.fields, paths: panels.count)
    return try replacing(path) { temporary in
      let file = try HDF5File(creating: temporary)
      let shape = [first.dates, first.assets, first.fields.count]
      try writeAxes(of: first, to: file)
      let leading = kind == .samples ? [panels.count] : []
      try file.createDataset(
        "/values", of: Float.self, shape: leading + shape,
        chunk: leading.map { _ in 1 } + chunk(of: shape))
      for (index, panel) in panels.enumerated() {
        var values = panel.values
        makeCanonical(&values)
        try hash.addBits(values)
        try file.write(
          values, to: "/values", start: (leading.isEmpty ? [] : [index]) + [0, 0, 0],
          count: leading.map { _ in 1 } + shape)
      }
      try attachScales(to: file, hasPaths: kind == .samples)
      var metadata = metadata
      metadata.contentSHA256 = try hash.finish()
      try metadata.write(to: file, kind: kind)
      try file.close()
      return metadata.contentSHA256
    }
  }

  /// About 1 MiB: whole cross-sections of consecutive dates, since that is how panels are read.
  static func chunk(of shape: [Int]) -> [Int] {
    let target = (1 << 20) / MemoryLayout<Float>.stride
    let fields = max(1, shape[2])
    let assets = min(max(1, shape[1]), max(1, target / fields))
    return [min(max(1, shape[0]), max(1, target / (assets * fields))), assets, fields]
  }

  private static func writeAxes(of panel: Panel, to file: HDF5File) throws {
    let dates = panel.calendar.dates.map(\.daysSinceEpoch)
    try file.write(dates, as: "/dates", shape: [dates.count], chunk: [max(1, dates.count)])
    try file.setAttribute("units", of: "/dates", to: StoredPanels.dateUnits)
    try file.write(panel.universe.assets, as: "/assets")
    try file.write(panel.fields, as: "/fields")
    try file.createGroup("/attributes")
    for name in panel.universe.attributes.keys.sorted(by: precedesInBytes) {
      let values = panel.universe.attributes[name] ?? []
      try file.write(values.map { $0 ?? "" }, as: "/attributes/\(name)")
    }
  }

  private static func attachScales(to file: HDF5File, hasPaths: Bool) throws {
    if hasPaths { try file.labelAxis(0, of: "/values", "paths") }
    for (offset, axis) in ["dates", "assets", "fields"].enumerated() {
      let position = offset + (hasPaths ? 1 : 0)
      try file.makeScale("/\(axis)", label: axis)
      try file.labelAxis(position, of: "/values", axis)
      try file.attachScale("/\(axis)", to: "/values", axis: position)
    }
  }

  private static func requireOneShape(_ panels: [Panel], writing path: String) throws -> Panel {
    guard let first = panels.first else {
      throw StorageError.cannotWrite(file: path, reason: "there is no path to write")
    }
    for (index, panel) in panels.enumerated()
    where panel.calendar != first.calendar || panel.universe != first.universe
      || panel.fields != first.fields
    {
      throw StorageError.cannotWrite(
        file: path, reason: "path \(index) has other dates, assets or fields than path 0")
    }
    return first
  }

  private static func requireStorableNames(_ universe: Universe, writing path: String) throws {
    for name in universe.attributes.keys where name.isEmpty || name == "." || name.contains("/") {
      throw StorageError.cannotWrite(
        file: path, reason: "an attribute cannot be named '\(name)': not empty, no '/', not '.'")
    }
  }
}

/// The digest of a panel file up to its values, which follow path by path.
func panelHash(
  kind: FileKind, _ calendar: TradingCalendar, _ universe: Universe, _ fields: [String], paths: Int
) throws -> ContentHash {
  let hash = try ContentHash(kind: kind)
  try hash.add(calendar.dates)
  try hash.add(universe.assets)
  try hash.add(fields)
  try hash.add(attributes: universe.attributes)
  try hash.add(paths)
  return hash
}
