import Market

/// Trailing returns of the close and how much they vary: for panels that hold nothing but closes.
///
/// `RETn` is the simple return over the last *n* dates (close[t] / close[t − n] − 1); `VOLn` the
/// standard deviation (divisor *n*) of the last *n* daily returns. NaN where any price it needs is
/// missing or lies before the panel.
public enum TrailingReturns: FeatureSet {
  public struct Options: Codable, Sendable, Equatable {
    public init() {}
  }

  public static let id = "returns"
  public static let summary = "trailing returns and volatility, from closes alone"
  public static let requiredFields = ["close"]
  public static let defaults = Options()
  public static let revision = 1

  static let returnDates = [1, 2, 3, 5, 10, 20, 40, 60]
  static let volatilityDates = [5, 20, 60]

  /// - Complexity: O(dates · assets · 85).
  public static func compute(_ panel: Panel, _: Options) throws -> FeaturePanel {
    let close = try panel.series(of: "close", for: "the feature set '\(id)'")
    let (dates, assets) = (panel.dates, panel.assets)
    let columns = returnDates.map { "RET\($0)" } + volatilityDates.map { "VOL\($0)" }
    func change(_ date: Int, _ asset: Int, over span: Int) -> Double {
      guard date >= span else { return .nan }
      return Double(close[date * assets + asset]) / Double(close[(date - span) * assets + asset])
        - 1
    }
    var values: [Float] = []
    values.reserveCapacity(dates * assets * columns.count)
    for date in 0..<dates {
      for asset in 0..<assets {
        for span in returnDates { append(change(date, asset, over: span)) }
        for span in volatilityDates {
          append(deviation((0..<span).map { change(date - $0, asset, over: 1) }))
        }
      }
    }
    func append(_ value: Double) { values.append(value.isFinite ? Float(value) : .nan) }
    return FeaturePanel(dates: dates, assets: assets, columns: columns, values: values)
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count)).squareRoot()
  }
}
