/// A Sharpe ratio per period (not annualised), and what its returns were like.
///
/// Bailey and López de Prado (2012), *The Sharpe Ratio Efficient Frontier*: skewed and heavy-tailed
/// returns make the same ratio less certain.
public struct SharpeEstimate: Sendable, Equatable {
  /// Mean over standard deviation of a period's return.
  public let ratio: Double
  /// Independent periods.
  public let observations: Double
  public let skewness: Double
  /// 3 for a normal distribution.
  public let kurtosis: Double

  public init(ratio: Double, observations: Double, skewness: Double = 0, kurtosis: Double = 3) {
    (self.ratio, self.observations) = (ratio, observations)
    (self.skewness, self.kurtosis) = (skewness, kurtosis)
  }

  /// Of returns over `horizon` dates, one a date, so that they overlap; NaN where undefined.
  ///
  /// Of *n* such returns *n* / `horizon` count as independent. `nil` for fewer than 3 returns, or
  /// equal ones.
  public init?(returns: [Double], horizon: Int = 1) {
    let known = returns.filter(\.isFinite)
    let moments = Moments(of: known)
    guard known.count >= 3, let ratio = moments.meanOverDeviation else { return nil }
    let spread = moments.populationDeviation
    var (cubes, fourths) = (0.0, 0.0)
    for value in known {
      let z = (value - moments.mean) / spread
      cubes += z * z * z
      fourths += z * z * z * z
    }
    let count = Double(known.count)
    self.init(
      ratio: ratio, observations: count / Double(max(1, horizon)), skewness: cubes / count,
      kurtosis: fourths / count)
  }

  /// Probabilistic Sharpe ratio: the probability that the true ratio is above `benchmark`.
  ///
  /// `nil` for no more than one observation, and for moments that no distribution has.
  public func probability(above benchmark: Double) -> Double? {
    guard observations > 1, let inflation else { return nil }
    return NormalDistribution.probability(
      below: (ratio - benchmark) * ((observations - 1) / inflation).squareRoot())
  }

  /// How many observations it takes until `probability(above:)` reaches `confidence`.
  ///
  /// `nil` for a ratio that is not above the benchmark: it never will.
  public func minimumTrackRecord(above benchmark: Double, confidence: Double = 0.95) -> Double? {
    guard ratio > benchmark, confidence >= 0.5, confidence < 1, let inflation else { return nil }
    let reach = NormalDistribution.quantile(confidence) / (ratio - benchmark)
    return 1 + inflation * reach * reach
  }

  /// Variance of the estimate, times observations; 1 + ratio² / 2 for normal returns.
  private var inflation: Double? {
    let value = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio
    return value > 0 && value.isFinite ? value : nil
  }
}
