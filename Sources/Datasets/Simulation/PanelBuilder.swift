import Market

/// Collects simulated days into a panel of OHLCV on consecutive weekdays.
struct PanelBuilder {
  private let calendar: TradingCalendar
  private let universe: Universe
  private var values: [Float] = []
  private(set) var observed: [Bool] = []

  /// - Throws: `PanelError` where the attributes do not fit the assets.
  init(assets: Int, dates: Int, attributes: [String: [String?]] = [:]) throws(PanelError) {
    // 2015-01-01.
    calendar = .weekdays(from: TradingDate(daysSinceEpoch: 16_436), count: dates)
    universe = try Universe((0..<assets).map(Self.name), attributes: attributes)
    values.reserveCapacity(assets * dates * Panel.usualFields.count)
    observed.reserveCapacity(assets * dates)
  }

  /// The asset's day; `nil` where nothing was observed.
  mutating func append(_ prices: DailyBar.Prices?) {
    observed.append(prices != nil)
    guard let prices else {
      values.append(contentsOf: repeatElement(.nan, count: Panel.usualFields.count))
      return
    }
    // Rounding to Float keeps the order of the four prices, as it is monotone.
    for value in [prices.open, prices.high, prices.low, prices.close, prices.volume] {
      values.append(Float(value))
    }
  }

  /// - Throws: `PanelError` where a price left the range of Float.
  func panel() throws(PanelError) -> Panel {
    try Panel(
      calendar: calendar, universe: universe, fields: Panel.usualFields, values: values)
  }

  /// The name of an asset, such as `SIM0007`.
  static func name(_ asset: Int) -> String {
    let digits = String(asset)
    return "SIM" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
