/// Whether the best of many Sharpe ratios is more than the best of as many strokes of luck.
///
/// Bailey and López de Prado (2014), *The Deflated Sharpe Ratio: Correcting for Selection Bias,
/// Backtest Overfitting and Non-Normality*.
public struct DeflatedSharpe: Sendable, Equatable {
  public let estimate: SharpeEstimate
  /// Strategies among which this one was chosen.
  public let trials: Int
  /// The ratio that the best of so many worthless strategies is expected to show, per period.
  public let threshold: Double
  /// That the true ratio is above 0, after `trials` attempts.
  public let probability: Double

  /// Of a strategy that was chosen among `trials`; `nil` where the probability is undefined.
  ///
  /// - Parameters:
  ///   - estimate: Of the strategy that was chosen.
  ///   - trials: How many independent strategies were tried, at least 1, itself included. Strategies
  ///     that resemble each other count for fewer.
  ///   - variance: Of the ratios of all trials, per period.
  public init?(_ estimate: SharpeEstimate, trials: Int, variance: Double) {
    guard trials >= 1, variance >= 0, variance.isFinite else { return nil }
    let threshold = variance.squareRoot() * Self.expectedMaximum(trials: trials)
    guard let probability = estimate.probability(above: threshold) else { return nil }
    (self.estimate, self.trials) = (estimate, trials)
    (self.threshold, self.probability) = (threshold, probability)
  }

  /// Of the strategy numbered `chosen` among all that were tried, over the same dates.
  ///
  /// Strategies without a ratio are no trials. `nil` where the chosen one is among them.
  /// - Parameters:
  ///   - chosen: Index of a strategy.
  ///   - returns: Of each strategy one return a date, NaN where undefined.
  ///   - horizon: Dates that each return spans.
  public init?(chosen: Int, among returns: [[Double]], horizon: Int = 1) {
    let estimates = returns.map { SharpeEstimate(returns: $0, horizon: horizon) }
    let ratios = Moments(of: estimates.compactMap { $0?.ratio })
    guard returns.indices.contains(chosen), let estimate = estimates[chosen] else { return nil }
    let deviation = ratios.deviation ?? 0
    self.init(estimate, trials: ratios.count, variance: deviation * deviation)
  }

  /// One for each path of a combinatorial split; `nil` where undefined.
  ///
  /// Paths share their dates, so they show what other training sets would have brought, and are no
  /// longer history: their spread says how much hangs on training, their median is what to report.
  /// - Parameters:
  ///   - paths: For each path, of each strategy one return a date.
  ///   - chosen: Index of a strategy.
  ///   - horizon: Dates that each return spans.
  /// - Returns: As many as there are paths.
  public static func over(
    paths: [[[Double]]], chosen: Int, horizon: Int = 1
  ) -> [DeflatedSharpe?] {
    paths.map { DeflatedSharpe(chosen: chosen, among: $0, horizon: horizon) }
  }

  /// Expected largest of so many independent standard normals, in the paper's approximation.
  ///
  /// (1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e)), γ Euler's constant; 0 for a single one.
  public static func expectedMaximum(trials: Int) -> Double {
    guard trials > 1 else { return 0 }
    let (euler, e, count) = (0.577_215_664_901_532_9, 2.718_281_828_459_045, Double(trials))
    return -(1 - euler) * NormalDistribution.quantile(1 / count)
      - euler * NormalDistribution.quantile(1 / (count * e))
  }

  /// Years of history in which the best of so many worthless strategies should reach `annualRatio`.
  ///
  /// With less history a ratio like that is no news; `nil` for one that is not above 0. Bailey, Borwein, López de Prado and Zhu (2014), *Pseudo-Mathematics and Financial Charlatanism*.
  public static func minimumBacktestYears(trials: Int, annualRatio: Double = 1) -> Double? {
    guard annualRatio > 0 else { return nil }
    let ratio = expectedMaximum(trials: trials) / annualRatio
    return ratio * ratio
  }
}
