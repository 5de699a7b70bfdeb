/// The dates a panel covers, in order.
///
/// - Invariant: strictly increasing, so no date appears twice.
public struct TradingCalendar: Sendable, Equatable {
  public let dates: [TradingDate]

  /// - Throws: `PanelError.unorderedDates` at the first date not later than the one before it.
  public init(_ dates: [TradingDate]) throws(PanelError) {
    for index in dates.indices.dropFirst() where dates[index] <= dates[index - 1] {
      throw .unorderedDates(dates[index - 1], dates[index])
    }
    self.dates = dates
  }

  public var count: Int { dates.count }
  public subscript(index: Int) -> TradingDate { dates[index] }
}
