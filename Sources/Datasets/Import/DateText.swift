import Market

/// Reads the dates of one file's column, all written one way, which the first of them shows.
///
/// Accepted: `2018-02-07` (also with `/` or `.`), `20180207`, and `2/7/2018` (also with `-` or `.`) as
/// month/day/year. A time of midnight after a date is skipped. Day/month/year is read only when
/// asked for: where the first number exceeds 12 it would otherwise be a silent mistake in every
/// other row.
struct DateText {
  /// How dates are written.
  enum Style: Equatable, CustomStringConvertible {
    case compact
    case yearFirst(separator: UInt8)
    case yearLast(separator: UInt8, dayFirst: Bool)

    var description: String {
      switch self {
      case .compact: "yyyymmdd"
      case .yearFirst(let separator): Self.joined(["yyyy", "mm", "dd"], separator)
      case .yearLast(let separator, true): Self.joined(["day", "month", "year"], separator)
      case .yearLast(let separator, false): Self.joined(["month", "day", "year"], separator)
      }
    }

    private static func joined(_ parts: [String], _ separator: UInt8) -> String {
      parts.joined(separator: String(UnicodeScalar(separator)))
    }
  }

  /// Why a cell is not a date of this column.
  enum Problem: Error, Equatable {
    case empty
    case notADate
    case noSuchDay
    case yearOutOfRange
    case intraday
    case dayFirst
    case notLikeTheFirst(Style)
    case otherOrder(ImportOptions.DateOrder)

    var reason: String {
      switch self {
      case .empty: "is empty"
      case .notADate: "is not a date"
      case .noSuchDay: "is a day that does not exist"
      case .yearOutOfRange:
        "has a year outside \(DateText.years.lowerBound)…\(DateText.years.upperBound)"
      case .intraday: "has a time of day"
      case .dayFirst: "looks like day/month/year"
      case .notLikeTheFirst(let style): "is not written like the dates above it (\(style))"
      case .otherOrder(let order): "is not a date in the order \(order.rawValue)"
      }
    }

    var accepted: String {
      switch self {
      case .intraday: "one row per day, with no time or midnight"
      case .dayFirst: "month/day/year, or --dates dmy if these are day/month/year"
      case .notLikeTheFirst(let style): "\(style) throughout the column"
      case .otherOrder: "another --dates, or none"
      default: "2018-02-07, 2/7/2018 (month first) or 20180207"
      }
    }
  }

  /// Years beyond these are slips of the pen.
  static let years = 1700...2200

  private let order: ImportOptions.DateOrder?
  /// How this column's dates are written, once one was read.
  private(set) var style: Style?
  /// Whether a date was met that only month/day/year or only the stated order can explain.
  private(set) var isCertain = false
  /// The first date, as written.
  private(set) var first: String?
  /// Dates that carried a time of midnight.
  private(set) var midnights = 0
  private var lastISO: (UInt64, UInt16) = (0, 0)
  private var lastDay: Int32?

  init(order: ImportOptions.DateOrder?) { self.order = order }

  /// Days since 1970-01-01.
  @inline(__always)
  mutating func read(_ text: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int32 {
    // Rows of one date usually stand together.
    if text.count == 10, let base = UnsafeRawPointer(text.baseAddress) {
      let key = (
        base.loadUnaligned(as: UInt64.self), base.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
      )
      if key == lastISO, let lastDay { return lastDay }
      let day = try parse(text)
      (lastISO, lastDay) = (key, day)
      return day
    }
    return try parse(text)
  }

  private mutating func parse(_ text: UnsafeBufferPointer<UInt8>) throws(Problem) -> Int32 {
    guard !text.isEmpty else { throw .empty }
    var parts = (0, 0, 0)
    var widths = (0, 0, 0)
    var part = 0
    var separator: UInt8 = 0
    var at = 0
    scan: while at < text.count {
      let byte = text[at]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int(byte - UInt8(ascii: "0"))
        switch part {
        case 0: (parts.0, widths.0) = (parts.0 * 10 + digit, widths.0 + 1)
        case 1: (parts.1, widths.1) = (parts.1 * 10 + digit, widths.1 + 1)
        default: (parts.2, widths.2) = (parts.2 * 10 + digit, widths.2 + 1)
        }
        guard max(widths.0, widths.1, widths.2) <= 8 else { throw .notADate }
      case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."):
        guard part < 2, separator == 0 || separator == byte else { throw .notADate }
        separator = byte
        part += 1
      case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: " "): break scan
      default: throw .notADate
      }
      at += 1
    }
    let found: Style
    let day: (year: Int, month: Int, day: Int)
    var settles = true
    if part == 0, widths.0 == 8 {
      found = .compact
      day = (parts.0 / 10_000, parts.0 / 100 % 100, parts.0 % 100)
    } else if part == 2, widths.0 == 4, (1...2).contains(widths.1), (1...2).contains(widths.2) {
      found = .yearFirst(separator: separator)
      day = parts
    } else if part == 2, widths.2 == 4, (1...2).contains(widths.0), (1...2).contains(widths.1) {
      let dayFirst = order == .dmy
      if order == nil, parts.0 > 12, parts.1 <= 12 { throw .dayFirst }
      found = .yearLast(separator: separator, dayFirst: dayFirst)
      day = dayFirst ? (parts.2, parts.1, parts.0) : (parts.2, parts.0, parts.1)
      settles = order != nil || parts.1 > 12
    } else {
      throw .notADate
    }
    if let order {
      let isYearFirst = if case .yearLast = found { false } else { true }
      guard isYearFirst == (order == .ymd) else { throw .otherOrder(order) }
    }
    if let style, style != found { throw .notLikeTheFirst(style) }
    guard Self.years.contains(day.year) else { throw .yearOutOfRange }
    guard let date = TradingDate(year: day.year, month: day.month, day: day.day) else {
      throw .noSuchDay
    }
    if at < text.count {
      guard Self.isMidnight(text, from: at + 1) else { throw .intraday }
      midnights += 1
    }
    if style == nil {
      style = found
      first = String(decoding: text, as: UTF8.self)
    }
    isCertain = isCertain || settles
    return date.daysSinceEpoch
  }

  /// Whether the rest is `00:00`, with or without seconds, their fraction and a zone.
  ///
  /// The zone is not looked at: whoever writes midnight there means the day.
  private static func isMidnight(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    var at = start
    while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
    var zeros = 0
    clock: while at < text.count {
      switch text[at] {
      case UInt8(ascii: "0"): zeros += 1
      case UInt8(ascii: ":"), UInt8(ascii: "."): break
      case UInt8(ascii: "Z"), UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: " "):
        break clock
      default: return false
      }
      at += 1
    }
    return zeros >= 4
  }
}
