/// What each column of one file is, worked out from its header and the user's wishes.
struct ColumnLayout {
  typealias Role = ImportOptions.Role

  /// The header's cells, as written.
  let header: [String]
  let format: ImportOptions.Format
  let date: Int
  /// Whether the date column was recognised by name, rather than taken to be the first.
  let isDateNamed: Bool
  /// Long format: the column that names the asset.
  let asset: Int?
  /// Long and single format: columns with the field (as an index into `Observations.fields`).
  let fields: [(column: Int, field: Int)]
  /// Wide format: the columns that are assets.
  let assets: [Int]

  /// Names under which a role is recognised, best first, as `normalised` writes them.
  private static let synonyms: [Role: [String]] = [
    .date: [
      "date", "day", "datetime", "trade date", "trading date", "trading day", "observation date",
      "dtyyyymmdd", "timestamp",
    ],
    .asset: [
      "ticker", "asset", "symbol", "instrument", "tic", "ticker symbol", "ts code", "ric", "isin",
      "security", "name",
    ],
    .open: ["open", "open price", "opening price", "px open"],
    .high: ["high", "high price", "px high"],
    .low: ["low", "low price", "px low"],
    .close: [
      "close", "close price", "closing price", "close/last", "px close", "last", "last price",
      "px last", "price", "adj close", "adjusted close", "adjclose", "adj close price",
    ],
    .volume: ["volume", "vol", "trading volume", "px volume"],
    .vwap: ["vwap", "volume weighted average price"],
  ]

  /// Lower case; `_`, `-`, `.` and runs of blanks as one blank; without `<…>` around it.
  static func normalised(_ name: String) -> String {
    name.lowercased().split { " \t_-.<>".contains($0) }.joined(separator: " ")
  }

  /// - Throws: `ImportError` where a needed column is missing, or named twice, or unclear.
  init(header: [String], file: String, line: Int, options: ImportOptions) throws {
    let place = ImportPlace(file: file, line: line)
    let finder = Finder(header: header, file: file, place: place, options: options)
    try Self.refuseData(header, place)
    let date = try finder.find(.date)
    let named = try finder.find(.asset)
    var fields: [(column: Int, field: Int)] = []
    for (field, name) in Observations.fields.enumerated() {
      if let role = Role(rawValue: name), let column = try finder.find(role) {
        fields.append((column, field))
      }
    }
    let hasClose = fields.contains { $0.field == Observations.close }
    let format = Self.format(
      options: options, hasAsset: named != nil, hasClose: hasClose, recognised: fields.count,
      hasDate: date != nil)
    if format == .long, options.asset != nil {
      throw ImportError.badHeader(
        place,
        reason: "--asset names one asset, but the column \(quoted(named.map { header[$0] } ?? "")) "
          + "names them row by row; accepted: no --asset, or --format single")
    }
    if format == .long, named == nil { throw finder.missing(.asset) }
    if format != .wide, !hasClose { throw finder.missing(.close) }
    if date == nil, format != .wide { throw finder.missing(.date) }

    self.header = header
    self.format = format
    self.date = date ?? 0
    isDateNamed = date != nil
    asset = format == .long ? named : nil
    self.fields = format == .wide ? [(0, Observations.close)] : fields
    assets = format == .wide ? try Self.assets(header, date: date ?? 0, place) : []
    if format == .wide {
      let stray = Set(options.columns.keys).subtracting([.date]).map(\.rawValue).sorted()
      guard stray.isEmpty else {
        throw ImportError.badHeader(
          place,
          reason: "a wide file has one column per asset and no \(stray.joined(separator: ", ")); "
            + "accepted: --columns with date only, or --format long")
      }
    }
  }

  /// Columns that no role uses, by name.
  var ignored: [String] {
    guard format != .wide else { return [] }
    let used = Set(fields.map(\.column) + [date] + (asset.map { [$0] } ?? []))
    return header.indices.filter { !used.contains($0) && !header[$0].isEmpty }.map { header[$0] }
  }

  // MARK: - Working it out

  private static func format(
    options: ImportOptions, hasAsset: Bool, hasClose: Bool, recognised: Int, hasDate: Bool
  ) -> ImportOptions.Format {
    if let format = options.format { return format }
    if options.columns[.asset] != nil { return .long }
    if hasAsset, hasClose || hasDate || recognised > 0 { return .long }
    // A wide file may well hold an asset that is called LOW, but hardly an OPEN, a HIGH and a LOW.
    if options.asset != nil || hasClose || recognised > 1 { return .single }
    return .wide
  }

  /// A first line of data instead of names would cost a row and name columns by prices.
  private static func refuseData(_ header: [String], _ place: ImportPlace) throws {
    guard var first = header.first else { return }
    let isData = first.withUTF8 { bytes in
      var dates = DateText(order: nil)
      let isDate: Bool
      do throws(DateText.Problem) {
        _ = try dates.read(bytes)
        isDate = true
      } catch {
        isDate = error == .dayFirst
      }
      return isDate || DecimalText().double(bytes) != nil
    }
    guard !isData else {
      throw ImportError.badHeader(
        place,
        reason: "the first line starts with \(quoted(first)), which looks like data; "
          + "accepted: a header line that names the columns, dates among them")
    }
    guard header.count > 1 else {
      throw ImportError.badHeader(
        place,
        reason: "there is a single column, \(quoted(first)); accepted: dates and at least one more "
          + "column, separated by comma, semicolon, tab or bar, or by what --delimiter says")
    }
  }

  private static func assets(_ header: [String], date: Int, _ place: ImportPlace) throws -> [Int] {
    var seen: [String: Int] = [:]
    var assets: [Int] = []
    for column in header.indices where column != date {
      // Some programs end every line with a delimiter.
      if header[column].isEmpty, column == header.count - 1, assets.count > 0 { continue }
      guard !header[column].isEmpty else {
        throw ImportError.badHeader(
          place,
          reason: "column \(column + 1) has no name; accepted: an asset's name over each column")
      }
      if let other = seen.updateValue(column, forKey: header[column]) {
        throw ImportError.badHeader(
          place,
          reason: "columns \(other + 1) and \(column + 1) are both \(quoted(header[column])); "
            + "accepted: each asset once")
      }
      assets.append(column)
    }
    return assets
  }

  /// Looks roles up in a header.
  private struct Finder {
    let header: [String]
    let names: [String]
    let file: String
    let place: ImportPlace
    let options: ImportOptions

    init(header: [String], file: String, place: ImportPlace, options: ImportOptions) {
      self.header = header
      names = header.map(ColumnLayout.normalised)
      (self.file, self.place, self.options) = (file, place, options)
    }

    /// The column of a role, or `nil` where nothing in the header suggests it.
    func find(_ role: Role) throws -> Int? {
      if let wanted = options.columns[role] { return try column(named: wanted, for: role) }
      let claimed = Set(options.columns.values.map(ColumnLayout.normalised))
      for synonym in synonyms[role] ?? [] where !claimed.contains(synonym) {
        let matches = names.indices.filter { names[$0] == synonym }
        if let column = try single(matches, role) { return column }
      }
      return nil
    }

    private func column(named wanted: String, for role: Role) throws -> Int {
      let exact = header.indices.filter { header[$0] == wanted }
      let loose = names.indices.filter { names[$0] == ColumnLayout.normalised(wanted) }
      guard let column = try single(exact.isEmpty ? loose : exact, role) else {
        throw ImportError.missingColumn(
          role.rawValue, file: file, has: header,
          accepted: "one of these names in --columns instead of \(quoted(wanted))")
      }
      if let other = options.columns.first(where: {
        $0.key != role && ColumnLayout.normalised($0.value) == ColumnLayout.normalised(wanted)
      }) {
        throw ImportError.badHeader(
          place,
          reason: "--columns uses \(quoted(header[column])) as \(role.rawValue) and as "
            + "\(other.key.rawValue); accepted: a column of its own for each")
      }
      return column
    }

    private func single(_ matches: [Int], _ role: Role) throws -> Int? {
      guard matches.count > 1 else { return matches.first }
      throw ImportError.badHeader(
        place,
        reason: "columns \(matches[0] + 1) and \(matches[1] + 1) are both "
          + "\(quoted(header[matches[0]])); accepted: one column for \(role.rawValue)")
    }

    func missing(_ role: Role) -> ImportError {
      let known = (synonyms[role] ?? []).prefix(4).joined(separator: ", ")
      return .missingColumn(
        role.rawValue, file: file, has: header,
        accepted: "a column named \(known) or the like, or --columns \(role.rawValue)=NAME"
          + (role == .asset ? ", or --asset NAME" : ""))
    }
  }
}
