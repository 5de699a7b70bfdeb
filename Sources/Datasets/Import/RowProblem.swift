/// A way in which one row can be bad, under the name that `--on` uses.
public enum RowProblem: String, Sendable, Codable, CaseIterable {
  /// More or fewer cells than the header.
  case ragged
  /// No date, or something that is not one.
  case date
  /// No asset name, or one that is not UTF-8.
  case asset
  /// Not a number, infinite, or beyond single precision.
  case number
  /// A price that is zero or negative.
  case price
  /// A negative volume.
  case volume
  /// High below low.
  case inverted
  /// Open or close above high or below low.
  case outside
  /// An asset and date that an earlier row already gave.
  case duplicate

  /// What can be done about it.
  public enum Treatment: String, Sendable, Codable, CaseIterable {
    /// Stop, naming file, line and column.
    case error
    /// Leave out the row (in wide format: the cell) and count it.
    case drop
    /// Keep the row, make the fields in question missing, and count it.
    case blank
    /// Keep the row as it is and count it.
    case keep
  }

  /// What `--on` accepts; the first is the default.
  ///
  /// Real feeds hold a few rows whose high, low, open and close contradict each other, and refusing
  /// such a file or dropping their close would help nobody. A high below its low says nothing about
  /// either, so both become missing; an open or close outside low…high leaves all four plausible,
  /// so they are kept. Everything else is a mistake until the user says otherwise.
  public var treatments: [Treatment] {
    switch self {
    case .ragged, .date, .asset, .duplicate: [.error, .drop]
    case .number, .price, .volume: [.error, .drop, .blank]
    case .inverted: [.blank, .drop, .error]
    case .outside: [.keep, .drop, .blank, .error]
    }
  }

  /// How a report says it.
  public var summary: String {
    switch self {
    case .ragged: "another number of cells than the header"
    case .date: "no valid date"
    case .asset: "no valid asset name"
    case .number: "not a finite number"
    case .price: "price not above zero"
    case .volume: "negative volume"
    case .inverted: "high below low"
    case .outside: "open or close outside low…high"
    case .duplicate: "asset and date given before"
    }
  }

  /// The end of an error message: what else the user could ask for.
  var alternatives: String {
    "--on \(rawValue)=" + treatments.filter { $0 != .error }.map(\.rawValue).joined(separator: "|")
  }
}
