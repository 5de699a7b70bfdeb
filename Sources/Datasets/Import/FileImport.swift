import Market

/// One import under way: reads files into observations and counts what it meets.
struct FileImport {
  let options: ImportOptions
  private(set) var observations = Observations()
  private(set) var files: [ImportReport.File] = []
  private(set) var ledger: Ledger
  /// Whether some date of some file proved that month stands before day.
  private var isMonthFirstCertain = false
  private var unclear: ImportError?
  /// The last day seen of each asset, to count rows that come too late.
  private var lastDays: [Int32] = []

  init(options: ImportOptions) {
    self.options = options
    ledger = Ledger(options: options)
  }

  /// Reads one file.
  ///
  /// - Throws: `ImportError`.
  mutating func read(_ file: String) throws {
    var records = try RecordReader.open(file, delimiter: options.delimiter)
    guard try records.next() else { throw ImportError.empty(file: file) }
    let header = try Self.header(&records)
    let layout = try ColumnLayout(header: header, file: file, line: records.line, options: options)
    var dates = DateText(order: options.dates)
    observations.begin(file: file, fields: layout.fields.map(\.field))
    let before = ledger.rowsRead
    switch layout.format {
    case .long: try readRows(&records, layout, &dates, single: nil)
    case .single: try readRows(&records, layout, &dates, single: try singleAsset(file))
    case .wide: try readWide(&records, layout, &dates)
    }
    guard ledger.rowsRead > before else { throw ImportError.headerOnly(file: file) }
    try settle(records.oddities, dates, file)
    var columns = ["date": header[layout.date]]
    if let asset = layout.asset { columns["asset"] = header[asset] }
    if layout.format != .wide {
      for (column, field) in layout.fields { columns[Observations.fields[field]] = header[column] }
    }
    files.append(
      ImportReport.File(
        name: file, format: layout.format, delimiter: Self.name(of: records.delimiter),
        isCompressed: records.isCompressed, dates: dates.style?.description ?? "none read",
        columns: columns, ignored: layout.ignored, rows: ledger.rowsRead - before))
  }

  /// - Throws: `ImportError.ambiguousDates` where no file settled the order of day and month.
  func finish() throws {
    if let unclear, !isMonthFirstCertain { throw unclear }
  }

  mutating func dropDuplicate(at place: ImportPlace) {
    ledger.dropped.add(RowProblem.duplicate.summary, at: place.file, place.line)
  }

  // MARK: - Rows of one asset each

  private mutating func readRows(
    _ records: inout RecordReader, _ layout: ColumnLayout, _ dates: inout DateText, single: Int?
  ) throws {
    let prices = layout.fields.filter { $0.field != Observations.volume }
    let volume = layout.fields.first { $0.field == Observations.volume }?.column
    while try records.next() {
      ledger.rowsRead += 1
      guard try ledger.isComplete(records, layout), let day = try day(&records, layout, &dates)
      else {
        continue
      }
      let number: Int
      if let single {
        number = single
      } else {
        guard let found = try asset(&records, layout) else { continue }
        number = found
      }
      var row = SIMD8<Float>(repeating: .nan)
      var isKept = true
      for (column, field) in prices where isKept {
        isKept = try ledger.cell(records, layout, column, isVolume: false, into: &row[field])
      }
      if let volume, isKept {
        isKept = try ledger.cell(
          records, layout, volume, isVolume: true, into: &row[Observations.volume])
      }
      guard isKept, try ledger.isConsistent(&row, records.file, records.line) else { continue }
      guard Observations.fields.indices.contains(where: { !row[$0].isNaN }) else {
        ledger.dropped.add("no value in any field", at: records.file, records.line)
        continue
      }
      noteOrder(day: day, asset: number, at: records.file, records.line)
      observations.append(day: day, asset: number, line: records.line, values: row)
      ledger.rowsKept += 1
    }
  }

  private mutating func asset(
    _ records: inout RecordReader, _ layout: ColumnLayout
  ) throws -> Int? {
    guard let column = layout.asset else { return nil }
    let name = records[column]
    if !name.isEmpty, let number = observations.asset(name) { return number }
    let found = String(decoding: name, as: UTF8.self)
    _ = try ledger.judge(
      .asset, at: records.place(layout.header[column]),
      reason: name.isEmpty ? "the asset's name is empty" : "\(quoted(found)) is not UTF-8",
      accepted: "a name in UTF-8")
    return nil
  }

  // MARK: - Rows of many assets

  private mutating func readWide(
    _ records: inout RecordReader, _ layout: ColumnLayout, _ dates: inout DateText
  ) throws {
    var assets: [(column: Int, number: Int)] = []
    for column in layout.assets {
      var name = layout.header[column]
      if let number = name.withUTF8({ observations.asset($0) }) { assets.append((column, number)) }
    }
    let used = Set(layout.assets + [layout.date])
    let unnamed = layout.header.indices.filter { !used.contains($0) }
    var empty = 0
    while try records.next() {
      ledger.rowsRead += 1
      guard try ledger.isComplete(records, layout), let day = try day(&records, layout, &dates)
      else {
        continue
      }
      for column in unnamed where !records[column].isEmpty {
        throw ImportError.badRecord(
          records.place(), reason: "cell \(column + 1) has a value but no name above it",
          accepted: "an asset's name over each column")
      }
      var row = SIMD8<Float>(repeating: .nan)
      var isUsed = false
      for (column, number) in assets {
        row[Observations.close] = .nan
        guard
          try ledger.cell(
            records, layout, column, isVolume: false, into: &row[Observations.close])
        else { continue }
        if row[Observations.close].isNaN {
          empty += 1
          continue
        }
        noteOrder(day: day, asset: number, at: records.file, records.line)
        observations.append(day: day, asset: number, line: records.line, values: row)
        isUsed = true
      }
      if isUsed {
        ledger.rowsKept += 1
      } else {
        ledger.dropped.add("no value in any field", at: records.file, records.line)
      }
    }
    ledger.handled.add("cells without a value", count: empty)
  }

  // MARK: - Shared

  private mutating func day(
    _ records: inout RecordReader, _ layout: ColumnLayout, _ dates: inout DateText
  ) throws -> Int32? {
    do throws(DateText.Problem) {
      return try dates.read(records[layout.date])
    } catch {
      if !layout.isDateNamed, dates.style == nil, error != .dayFirst {
        throw ImportError.missingColumn(
          "date", file: records.file, has: layout.header,
          accepted: "dates in the first column, a column named date, or --columns date=NAME")
      }
      let found = quoted(String(decoding: records[layout.date], as: UTF8.self))
      _ = try ledger.judge(
        .date, at: records.place(layout.header[layout.date]),
        reason: error == .empty ? "the date is empty" : "\(found) \(error.reason)",
        accepted: error.accepted)
      return nil
    }
  }

  @inline(__always)
  private mutating func noteOrder(day: Int32, asset: Int, at file: String, _ line: Int) {
    while lastDays.count <= asset { lastDays.append(.min) }
    if day < lastDays[asset] {
      ledger.handled.add("values after a later date of their asset, put in order", at: file, line)
    }
    lastDays[asset] = day
  }

  private mutating func settle(
    _ oddities: RecordReader.Oddities, _ dates: DateText, _ file: String
  ) throws {
    ledger.handled.add("byte-order marks", count: oddities.byteOrderMark ? 1 : 0)
    ledger.handled.add("line ends with a carriage return", count: oddities.carriageReturns)
    ledger.handled.add("quoted fields", count: oddities.quotedFields)
    ledger.handled.add("blank lines", count: oddities.blankLines)
    ledger.handled.add("times of midnight", count: dates.midnights)
    guard case .yearLast = dates.style, options.dates == nil else { return }
    if dates.isCertain {
      isMonthFirstCertain = true
    } else if unclear == nil, let first = dates.first {
      unclear = .ambiguousDates(ImportPlace(file: file, line: 2), example: first)
    }
  }

  private static func header(_ records: inout RecordReader) throws -> [String] {
    try (0..<records.count).map { column in
      guard let name = String(validating: records[column], as: UTF8.self) else {
        throw ImportError.badHeader(
          ImportPlace(file: records.file, line: records.line),
          reason: "the name of column \(column + 1) is not UTF-8; accepted: UTF-8")
      }
      return name
    }
  }

  /// The number of a file's only asset: as the user named it, or as the file is called.
  private mutating func singleAsset(_ file: String) throws -> Int {
    var name = options.asset ?? Self.stem(of: file)
    guard !name.isEmpty, let number = name.withUTF8({ observations.asset($0) }) else {
      throw ImportError.badOption("asset", value: name, accepted: "a name that is not empty")
    }
    return number
  }

  /// The last part of a path without the endings that data files have.
  static func stem(of path: String) -> String {
    var name = path.split(separator: "/").last ?? ""
    for ending in [".gz", ".csv", ".txt", ".tsv"]
    where name.count > ending.count && name.lowercased().hasSuffix(ending) {
      name = name.dropLast(ending.count)
    }
    return String(name)
  }

  private static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case UInt8(ascii: ","): "comma"
    case UInt8(ascii: ";"): "semicolon"
    case UInt8(ascii: "\t"): "tab"
    case UInt8(ascii: "|"): "bar"
    default: quoted(String(UnicodeScalar(delimiter)))
    }
  }
}
