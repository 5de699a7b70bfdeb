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

  /// Consecutive weekdays, Mondays to Fridays without holidays, from a date on.
  ///
  /// What is made up has no exchange, and so no holidays of one.
  public static func weekdays(from first: TradingDate, count: Int) -> TradingCalendar {
    var dates: [TradingDate] = []
    dates.reserveCapacity(max(0, count))
    var day = first.daysSinceEpoch
    while dates.count < count {
      let date = TradingDate(daysSinceEpoch: day)
      if date.weekday < 5 { dates.append(date) }
      day += 1
    }
    return TradingCalendar(increasing: dates)
  }

  private init(increasing dates: [TradingDate]) { self.dates = dates }
}
