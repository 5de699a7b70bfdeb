import Market

/// What is known of assets and does not change, from a file with one row per asset.
///
/// The asset column is recognised by name, or is the first; every other column is an attribute,
/// named in lower case with `_` for blanks (`GICS Sector` is `sector`). An empty cell is unknown.
struct AttributeTable {
  private let file: String
  private let names: [String]
  private var rows: [String: (line: Int, values: [String?])] = [:]
  private var order: [String] = []
  private(set) var handled = Tally()

  /// - Throws: `ImportError` for an unreadable, empty or ragged file, or an asset with two values.
  init(file: String, delimiter: UInt8?) throws {
    self.file = file
    var records = try RecordReader.open(file, delimiter: delimiter)
    guard try records.next() else { throw ImportError.empty(file: file) }
    let header = try Self.texts(&records, [])
    let top = ImportPlace(file: file, line: records.line)
    let known = ["ticker", "symbol", "asset", "instrument", "ts code", "ric"]
    let column = header.firstIndex { known.contains(ColumnLayout.normalised($0)) } ?? 0
    let others = header.indices.filter { $0 != column && !header[$0].isEmpty }
    guard !others.isEmpty else {
      throw ImportError.badHeader(
        top,
        reason: "no attribute beside \(quoted(header[column])); accepted: ticker,sector for one")
    }
    names = others.map { Self.attribute(named: header[$0]) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ImportError.badHeader(
        top, reason: "two columns are the attribute \(quoted(twice)); accepted: each once")
    }
    while try records.next() {
      let place = ImportPlace(file: file, line: records.line, column: header[column])
      guard records.count == header.count else {
        throw ImportError.badRecord(
          ImportPlace(file: file, line: records.line),
          reason: "\(records.count) cells under a header of \(header.count)",
          accepted: "as many cells as the header has")
      }
      let cells = try Self.texts(&records, header)
      let asset = cells[column]
      guard !asset.isEmpty else {
        throw ImportError.badRecord(
          place, reason: "the asset's name is empty", accepted: "a name in every row")
      }
      let values = others.map { cells[$0].isEmpty ? nil : cells[$0] }
      if let earlier = rows[asset] {
        guard earlier.values == values else {
          throw ImportError.badRecord(
            place, reason: "\(quoted(asset)) has other attributes on line \(earlier.line)",
            accepted: "one row per asset")
        }
        handled.add("attribute rows that say the same twice", at: place.file, place.line)
        continue
      }
      rows[asset] = (records.line, values)
      order.append(asset)
    }
    guard !order.isEmpty else { throw ImportError.headerOnly(file: file) }
  }

  /// The attributes of a panel's assets; `nil` where unknown.
  ///
  /// - Throws: `ImportError.strangers` where not one of the names is the panel's.
  mutating func attributes(of assets: [String]) throws -> [String: [String?]] {
    let present = Set(assets)
    let strangers = order.filter { !present.contains($0) }
    guard strangers.count < order.count else {
      throw ImportError.strangers(
        file: file, example: order.first ?? "", panelExample: assets.first ?? "")
    }
    handled.add(
      "attribute rows of assets that are not in the data", count: strangers.count,
      example: strangers.first.map(quoted))
    let unknown = assets.filter { rows[$0] == nil }
    handled.add(
      "assets without a row of attributes", count: unknown.count,
      example: unknown.first.map(quoted))
    var attributes: [String: [String?]] = [:]
    for (index, name) in names.enumerated() {
      attributes[name] = assets.map { rows[$0]?.values[index] }
    }
    return attributes
  }

  private static func attribute(named header: String) -> String {
    let name = ColumnLayout.normalised(header).split(separator: " ").joined(separator: "_")
    return name == "gics_sector" ? "sector" : (name.isEmpty ? header : name)
  }

  private static func texts(
    _ records: inout RecordReader, _ header: [String]
  ) throws -> [String] {
    try (0..<records.count).map { column in
      guard let text = String(validating: records[column], as: UTF8.self) else {
        throw ImportError.badRecord(
          ImportPlace(
            file: records.file, line: records.line,
            column: header.isEmpty ? nil : header[column]),
          reason: "the text is not UTF-8", accepted: "UTF-8")
      }
      return text
    }
  }
}
