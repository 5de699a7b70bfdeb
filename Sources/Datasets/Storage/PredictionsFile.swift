import HDF5
import Market

/// Predictions of one cell in HDF5, schema 1, kind `predictions`.
///
/// Columns lie under `/rows`, asset names in `/assets`, the cell's key as attributes of `/cell`.
public enum PredictionsFile {
  private static let rowsPerChunk = (1 << 20) / MemoryLayout<Float>.stride

  /// Writes rows, replacing `path` as a whole or not at all.
  ///
  /// - Returns: The digest of the content, as stored in `content_sha256`.
  /// - Throws: `StorageError.cannotWrite`.
  @discardableResult
  public static func write(
    _ rows: PredictionRows, _ metadata: FileMetadata, to path: String
  ) throws -> String {
    var columns = [rows.prediction, rows.label, rows.realizedReturn]
    for index in columns.indices { makeCanonical(&columns[index]) }
    var metadata = metadata
    metadata.contentSHA256 = try digest(of: rows, columns)
    return try replacing(path) { temporary in
      let file = try HDF5File(creating: temporary)
      try file.write(rows.assets, as: "/assets")
      try file.createGroup("/rows")
      try write(rows.date.map(\.daysSinceEpoch), as: "date", to: file)
      try file.setAttribute("units", of: "/rows/date", to: StoredPanels.dateUnits)
      try write(rows.asset, as: "asset", to: file)
      for (name, column) in zip(["prediction", "label", "return"], columns) {
        try write(column, as: name, to: file)
      }
      try file.createGroup("/cell")
      for key in rows.cell.keys.sorted(by: precedesInBytes) {
        try file.setAttribute(key, of: "/cell", to: rows.cell[key] ?? "")
      }
      try metadata.write(to: file, kind: .predictions)
      try file.close()
      return metadata.contentSHA256
    }
  }

  /// Reads rows, after checking them against their hash.
  ///
  /// - Throws: `StorageError` for everything that can be wrong with a file.
  public static func read(
    _ path: String
  ) throws -> (rows: PredictionRows, metadata: FileMetadata) {
    let stored = try StoredFile(path)
    return (try read(stored), stored.metadata)
  }

  static func read(_ stored: StoredFile) throws -> PredictionRows {
    try stored.require(.predictions)
    let days = try stored.column("/rows/date", as: Int32.self)
    let asset = try stored.column("/rows/asset", as: Int32.self, count: days.count)
    let columns = try ["prediction", "label", "return"].map { name in
      try stored.column("/rows/\(name)", as: Float.self, count: days.count)
    }
    let assets = try stored.texts("/assets")
    let cell = try reading(stored.path) {
      try stored.file.attributeNames(of: "/cell").reduce(into: [String: String]()) {
        $0[$1] = try stored.file.text($1, of: "/cell")
      }
    }
    do {
      let rows = try PredictionRows(
        assets: assets, date: days.map(TradingDate.init(daysSinceEpoch:)), asset: asset,
        prediction: columns[0], label: columns[1], realizedReturn: columns[2], cell: cell)
      var canonical = columns
      for index in canonical.indices { makeCanonical(&canonical[index]) }
      try stored.checkHash(try digest(of: rows, canonical))
      return rows
    } catch let error as PredictionRowsError {
      throw StorageError.content(file: stored.path, reason: error.description)
    }
  }

  private static func write<Number: HDF5Number>(
    _ column: [Number], as name: String, to file: HDF5File
  ) throws(HDF5Error) {
    let chunk = min(max(1, column.count), rowsPerChunk)
    try file.write(column, as: "/rows/\(name)", shape: [column.count], chunk: [chunk])
  }

  private static func digest(of rows: PredictionRows, _ columns: [[Float]]) throws -> String {
    let hash = try ContentHash(kind: .predictions)
    try hash.add(rows.assets)
    try hash.add(rows.date)
    try hash.add(rows.asset)
    for column in columns { try hash.addBits(column) }
    try hash.add(rows.cell.count)
    for key in rows.cell.keys.sorted(by: precedesInBytes) {
      try hash.add(key)
      try hash.add(rows.cell[key] ?? "")
    }
    return try hash.finish()
  }
}
