import Market
import Metrics

/// What the long-short portfolio of every model has earned after costs, date by date.
public struct LongShortCurves: Codable, Sendable, Equatable {
  public struct Curve: Codable, Sendable, Equatable {
    public let name: String
    public let isYardstick: Bool
    /// Running sums at `dates`.
    public let net: [Double]

    enum CodingKeys: String, CodingKey { case name, isYardstick = "yardstick", net }
  }

  /// Positions in the panel of the dates drawn: all test dates, or evenly spread ones and the last.
  public let positions: [Int]
  /// The same as ISO dates.
  public let dates: [String]
  public let curves: [Curve]

  /// Most dates that are kept of a curve: a picture shows no more.
  static let most = 240

  /// - Parameters:
  ///   - models: Names, and whether they are yardsticks.
  ///   - net: Of each model the portfolio's return after costs of each test date, NaN where undefined.
  ///   - horizon: Dates for which a position is held by one of as many books.
  ///   - calendar: The test dates as positions in the panel.
  ///   - dates: The panel's.
  init(
    _ models: [(name: String, isYardstick: Bool)], net: [[Double]], horizon: Int, calendar: [Int],
    named dates: TradingCalendar
  ) {
    let count = calendar.count
    let kept =
      count <= Self.most
      ? Array(calendar.indices) : (1...Self.most).map { $0 * count / Self.most - 1 }
    positions = kept.map { calendar[$0] }
    self.dates = kept.map { dates[calendar[$0]].description }
    curves = zip(models, net).compactMap { model, net in
      guard net.contains(where: \.isFinite) else { return nil }
      let running = Self.running(net, horizon: horizon)
      return Curve(
        name: model.name, isYardstick: model.isYardstick, net: kept.map { running[$0] })
    }
  }

  /// Running sums of returns / horizon: nothing is reinvested, as in `ls_return`; an undefined date adds
  /// nothing.
  static func running(_ returns: [Double], horizon: Int) -> [Double] {
    var sum = 0.0
    return returns.map { value in
      sum += value.isFinite ? value / Double(horizon) : 0
      return sum
    }
  }
}
