import Market

/// What an import counts, and what it does about each bad row, as the options say.
struct Ledger {
  let options: ImportOptions
  var rowsRead = 0
  var rowsKept = 0
  var dropped = Tally()
  var blanked = Tally()
  var kept = Tally()
  var handled = Tally()
  private let numbers = DecimalText()

  init(options: ImportOptions) { self.options = options }

  /// Applies the user's policy to a problem: throws, or counts it and says what to do.
  mutating func judge(
    _ problem: RowProblem, at place: ImportPlace, reason: String, accepted: String
  ) throws -> RowProblem.Treatment {
    let treatment = options.treatment(of: problem)
    switch treatment {
    case .error:
      throw ImportError.badRecord(
        place, reason: reason, accepted: "\(accepted); or \(problem.alternatives)")
    case .drop: dropped.add(problem.summary, at: place.file, place.line, place.column)
    case .blank: blanked.add(problem.summary, at: place.file, place.line, place.column)
    case .keep: kept.add(problem.summary, at: place.file, place.line, place.column)
    }
    return treatment
  }

  mutating func isComplete(
    _ records: borrowing RecordReader, _ layout: ColumnLayout
  ) throws -> Bool {
    if records.count == layout.header.count { return true }
    return try judge(
      .ragged, at: records.place(),
      reason: "\(records.count) cells under a header of \(layout.header.count)",
      accepted: "as many cells as the header has") != .drop
  }

  /// Reads a price or a volume; `false` means that the row is to be dropped.
  @inline(__always)
  mutating func cell(
    _ records: borrowing RecordReader, _ layout: ColumnLayout, _ column: Int, isVolume: Bool,
    into target: inout Float
  ) throws -> Bool {
    switch numbers.read(records[column]) {
    case .value(let value):
      if isVolume ? value >= 0 : value > 0 {
        target = value
        return true
      }
    case .empty: return true
    default: break
    }
    return try badCell(records, layout, column, isVolume: isVolume)
  }

  /// The slow way out of `cell`: what is neither empty nor a number that can stand there.
  private mutating func badCell(
    _ records: borrowing RecordReader, _ layout: ColumnLayout, _ column: Int, isVolume: Bool
  ) throws -> Bool {
    let text = records[column]
    let found = quoted(String(decoding: text, as: UTF8.self))
    let place = records.place(layout.header[column])
    switch numbers.read(text) {
    case .missingWord:
      handled.add("words for a missing value", at: place.file, place.line, place.column)
      return true
    case .tooLarge:
      return try judge(
        .number, at: place, reason: "\(found) is beyond single precision",
        accepted: "numbers up to 3.4e38") != .drop
    case .value where isVolume:
      return try judge(
        .volume, at: place, reason: "volume \(found) is negative", accepted: "zero or more")
        != .drop
    case .value:
      return try judge(
        .price, at: place, reason: "price \(found) is not above zero", accepted: "prices above zero"
      )
        != .drop
    default:
      return try judge(
        .number, at: place, reason: "\(found) is not a finite number",
        accepted: "digits with a point, or nothing where the value is missing") != .drop
    }
  }

  /// Compares high and low with each other and with open and close, as far as they are known.
  @inline(__always)
  mutating func isConsistent(
    _ row: inout SIMD8<Float>, _ file: String, _ line: Int
  ) throws -> Bool {
    let (open, high, low, close) = (row[0], row[1], row[2], row[Observations.close])
    // Comparisons with NaN are false, so a missing value contradicts nothing.
    if !(high < low || high < open || high < close || low > open || low > close) { return true }
    let place = ImportPlace(file: file, line: line)
    if high < low {
      switch try judge(
        .inverted, at: place, reason: "high \(high) is below low \(low)",
        accepted: "high no less than low")
      {
      case .drop: return false
      case .blank: (row[1], row[2]) = (.nan, .nan)
      default: break
      }
      return true
    }
    switch try judge(
      .outside, at: place,
      reason: "open \(open) or close \(close) lies outside low \(low) … high \(high)",
      accepted: "open and close within them")
    {
    case .drop: return false
    case .blank: (row[0], row[1], row[2]) = (.nan, .nan, .nan)
    default: break
    }
    return true
  }
}
