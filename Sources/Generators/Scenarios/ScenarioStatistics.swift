import Foundation
import Market

/// What a stretch of a market came to, in the quantities scenarios speak of.
public struct ScenarioStatistics: Sendable, Equatable {
  /// One a phase: deviation of the market's daily log returns, times √252.
  public var volatilities: [Double]
  /// The largest fall from a peak, the first day's start included, 0 to 1.
  public var drawdown: Double
  /// The market's return over all days.
  public var drift: Double
  /// Mean correlation of two assets' log returns; NaN where no two have returns on the same dates.
  public var correlation: Double
  /// Geometric mean of volume against its usual level; NaN where there is none.
  public var volume: Double

  init(
    volatilities: [Double], drawdown: Double, drift: Double, correlation: Double, volume: Double
  ) {
    (self.volatilities, self.drawdown, self.drift) = (volatilities, drawdown, drift)
    (self.correlation, self.volume) = (correlation, volume)
  }

  /// Measures rows of moves; phases are ranges of them.
  ///
  /// - Complexity: O(days × assets).
  init(of moves: MarketMoves, phases: [Range<Int>]) {
    let returns = moves.marketReturns.map { $0.isNaN ? 0 : $0 }
    volatilities = phases.map { Self.deviation(returns[$0]) * 252.0.squareRoot() }
    var (level, peak, fall) = (0.0, 0.0, 0.0)
    for value in returns {
      level += value
      peak = max(peak, level)
      fall = max(fall, peak - level)
    }
    drawdown = 1 - exp(-fall)
    drift = exp(level) - 1
    correlation = Self.meanCorrelation(moves)
    volume = .nan
  }

  /// Divided by n − 1; 0 for fewer than two values.
  static func deviation(_ values: some Collection<Double>) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (square / Double(values.count - 1)).squareRoot()
  }

  /// Over all pairs of assets and the dates on which both have a return; NaN where there is none.
  ///
  /// Each asset is standardised by its own returns; the square of a date's sum less the sum of its squares
  /// holds every pair at once, so that none has to be looked at. Without holes it is the mean of Pearson's
  /// correlations. Assets with fewer than half of the returns are left out.
  static func meanCorrelation(_ moves: MarketMoves) -> Double {
    guard let index = moves.components.firstIndex(of: .logReturn), moves.dates > 2 else {
      return .nan
    }
    var (sums, squares, counts) = (
      [Double](repeating: 0, count: moves.dates), [Double](repeating: 0, count: moves.dates),
      [Double](repeating: 0, count: moves.dates)
    )
    for asset in 0..<moves.assets {
      let series = (0..<moves.dates).map { Double(moves[$0, asset, index]) }
      let known = series.filter { !$0.isNaN }
      guard known.count > 2, known.count * 2 >= moves.dates else { continue }
      let count = Double(known.count)
      let mean = known.reduce(0, +) / count
      let width = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      guard width > 0 else { continue }
      for date in series.indices where !series[date].isNaN {
        let value = (series[date] - mean) / width
        sums[date] += value
        squares[date] += value * value
        counts[date] += 1
      }
    }
    let pairs = counts.reduce(0) { $0 + $1 * ($1 - 1) }
    guard pairs > 0 else { return .nan }
    return zip(sums, squares).reduce(0) { $0 + $1.0 * $1.0 - $1.1 } / pairs
  }

  /// What is usual: the middle of what the windows of a history came to, a quarter of a window apart.
  ///
  /// Windows are of `days` dates, or of the longest stretch where that is shorter.
  /// - Throws: `GeneratorError.tooShort` where no stretch has 20 returns.
  static func usual(
    in history: [MarketMoves], days: Int
  ) throws(GeneratorError) -> ScenarioStatistics {
    let longest = history.map { $0.dates - 1 }.max() ?? 0
    guard longest >= 20 else { throw .tooShort(longest: longest, needed: 20, for: "a scenario") }
    let length = Swift.min(days, longest)
    var found: [ScenarioStatistics] = []
    for moves in history where moves.dates > length {
      for start in stride(from: 1, through: moves.dates - length, by: Swift.max(1, length / 4)) {
        found.append(
          ScenarioStatistics(of: moves.rows(start..<start + length), phases: [0..<length]))
      }
    }
    func middle(_ value: (ScenarioStatistics) -> Double) -> Double {
      let sorted = found.map(value).filter(\.isFinite).sorted()
      return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
    var usual = found[0]
    usual.volatilities = [middle { $0.volatilities[0] }]
    usual.drawdown = middle(\.drawdown)
    // Of a window as long as the scenario.
    usual.drift = exp(middle { log1p($0.drift) } * Double(days) / Double(length)) - 1
    usual.correlation = middle(\.correlation)
    usual.volume = 1
    return usual
  }
}
