import Foundation
import Market

/// One day of one asset in coordinates without constraints: what OHLCV is rebuilt from.
///
/// However the five numbers are drawn, high ≥ max(open, close) ≥ min(open, close) ≥ low > 0 holds
/// for the prices, as long as the shadows are not negative.
struct DailyBar {
  /// Logarithmic return from close to close.
  var logReturn: Double
  /// ln(open / previous close).
  var gap: Double
  /// ln(high / max(open, close)) ≥ 0.
  var upperShadow: Double
  /// ln(min(open, close) / low) ≥ 0.
  var lowerShadow: Double
  /// ln(shares traded).
  var logVolume: Double

  struct Prices {
    var open, high, low, close, volume: Double
  }

  func prices(after previousClose: Double) -> Prices {
    let open = previousClose * exp(gap)
    let close = previousClose * exp(logReturn)
    return Prices(
      open: open, high: max(open, close) * exp(upperShadow),
      low: min(open, close) * exp(-lowerShadow), close: close,
      volume: max(1, exp(logVolume).rounded()))
  }
}

/// Draws, around given returns, the rest of each day: gap, shadows and volume.
///
/// The log price is taken for a Brownian motion tied to the day's return: `overnight` of the day's
/// variance falls between close and open, and each shadow follows the exact law of the bridge's
/// extreme: the maximum *M* of a path that ends at *x* has P(M > m) = exp(−2·m·(m − x)/σ²). Upper and
/// lower shadow are drawn independently, which the two extremes of one bridge are not quite.
struct BarSource {
  /// Share of a day's variance that falls between close and open.
  static let overnight = 0.3

  private var candles: SeedStream
  private var trading: SeedStream
  private let usualLogVolume: Double
  /// Slow part of log volume: AR(1).
  private var activity = 0.0

  init(seeds: SeedTree) {
    candles = seeds.stream("candles")
    trading = seeds.stream("volume")
    usualLogVolume = 14 + 0.8 * trading.normal()
  }

  /// The day of an asset that returned `logReturn`.
  ///
  /// The return was drawn under the deviation `volatility`; in the long run the asset's is `usual`.
  mutating func next(logReturn: Double, volatility: Double, usual: Double) -> DailyBar {
    let share = Self.overnight
    let gap =
      share * logReturn + (share * (1 - share)).squareRoot() * volatility * candles.normal()
    let body = logReturn - gap
    let variance = (1 - share) * volatility * volatility
    func shadow(_ uniform: Double) -> Double {
      max(0, ((body * body - 2 * variance * log(1 - uniform)).squareRoot() - abs(body)) / 2)
    }
    let (upper, lower) = (shadow(candles.uniform()), shadow(candles.uniform()))
    activity = 0.9 * activity + 0.12 * trading.normal()
    let surprise = 0.35 * abs(logReturn) / volatility + 0.5 * log(volatility / usual)
    let logVolume = usualLogVolume + activity + surprise + 0.2 * trading.normal()
    return DailyBar(
      logReturn: logReturn, gap: gap, upperShadow: upper, lowerShadow: lower,
      logVolume: min(30, logVolume))
  }
}
