import Market

/// Where something stands in a text file.
public struct ImportPlace: Sendable, Equatable, CustomStringConvertible {
  public var file: String
  /// Counted from 1, the header included; a record that spans lines has the number of its first.
  public var line: Int
  /// The column's name as its header writes it, where one cell is meant.
  public var column: String?

  public init(file: String, line: Int, column: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  public var description: String {
    "\(file):\(line)" + (column.map { ", column \(quoted($0))" } ?? "")
  }
}

/// Text that cannot be turned into a panel, and what would be accepted in its place.
public enum ImportError: UserFacingError, Equatable {
  /// The file as a whole: it does not open, is truncated, is no text.
  case unreadable(file: String, reason: String)
  case empty(file: String)
  case headerOnly(file: String)
  case missingColumn(String, file: String, has: [String], accepted: String)
  case badHeader(ImportPlace, reason: String)
  /// One cell or record, after the policy for its kind of problem said to refuse it.
  case badRecord(ImportPlace, reason: String, accepted: String)
  case duplicate(asset: String, date: TradingDate, first: ImportPlace, second: ImportPlace)
  case ambiguousDates(ImportPlace, example: String)
  case nothingKept(files: [String], dropped: Int)
  case tooLarge(dates: Int, assets: Int, fields: Int, limit: Int)
  case strangers(file: String, example: String, panelExample: String)
  case badOption(String, value: String, accepted: String)

  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .empty(let file):
      "\(file): the file is empty; accepted: a header line and at least one row"
    case .headerOnly(let file):
      "\(file): a header but no rows; accepted: at least one row below the header"
    case .missingColumn(let role, let file, let has, let accepted):
      "\(file):1: no \(role) column among \(listed(has)); accepted: \(accepted)"
    case .badHeader(let place, let reason): "\(place): \(reason)"
    case .badRecord(let place, let reason, let accepted):
      "\(place): \(reason); accepted: \(accepted)"
    case .duplicate(let asset, let date, let first, let second):
      "\(second): \(quoted(asset)) on \(date) was already given at \(first); accepted: one row per "
        + "asset and date, or --on duplicate=drop to keep the first"
    case .ambiguousDates(let place, let example):
      "\(place): every date, such as \(quoted(example)), fits month/day/year and day/month/year; "
        + "accepted: --dates mdy or --dates dmy"
    case .nothingKept(let files, let dropped):
      "\(files.joined(separator: ", ")): all \(dropped) rows were dropped; "
        + "accepted: at least one row with a value"
    case .tooLarge(let dates, let assets, let fields, let limit):
      "the panel would hold \(dates) dates × \(assets) assets × \(fields) fields, more than "
        + "\(limit >> 20) MiB; accepted: fewer dates or assets in one file"
    case .strangers(let file, let example, let panelExample):
      "\(file): none of its assets (such as \(quoted(example))) is in the data "
        + "(such as \(quoted(panelExample))); accepted: the same names in both"
    case .badOption(let name, let value, let accepted):
      "--\(name) is \(quoted(value)); accepted: \(accepted)"
    }
  }
}

/// A piece of someone's file inside a one-line message: quoted, shortened, without control characters.
func quoted(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(60) {
    let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
    shown += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
  return "'\(shown)\(text.unicodeScalars.count > 60 ? "…" : "")'"
}

/// Names for a message; a wide file may have thousands.
func listed(_ names: [String]) -> String {
  names.prefix(12).map(quoted).joined(separator: ", ")
    + (names.count > 12 ? " and \(names.count - 12) more" : "")
}
