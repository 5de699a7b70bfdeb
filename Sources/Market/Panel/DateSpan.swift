/// A span of dates as commands and specs name it: `2009-05-01:2018-12-31`, either end left out or not.
public struct DateSpan: Sendable, Equatable {
  public let first: TradingDate?
  public let last: TradingDate?

  /// - Throws: `SpecError.invalid` for anything but one or two ISO dates around a colon, in order.
  public init(_ text: String, named key: String) throws(SpecError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let ends = parts.map { $0.isEmpty ? nil : TradingDate($0) }
    guard parts.count == 2, parts != ["", ""],
      zip(parts, ends).allSatisfy({ $0.isEmpty || $1 != nil })
    else {
      throw .invalid(
        key: key, value: "'\(text)'",
        accepted:
          "first and last date around a colon, such as 2009-05-01:2018-12-31; either may be "
          + "left out")
    }
    (first, last) = (ends[0], ends[1])
    if let first, let last, last < first {
      throw .invalid(key: key, value: "'\(text)'", accepted: "the earlier date first")
    }
  }
}

extension Panel {
  /// The dates of a span.
  ///
  /// - Throws: `PanelError.noDates` where it has none of them.
  public func dates(in span: DateSpan) throws(PanelError) -> Panel {
    try dates(from: span.first, to: span.last)
  }
}
