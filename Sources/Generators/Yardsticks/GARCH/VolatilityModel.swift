/// GJR-GARCH(1,1) with a constant mean (Glosten, Jagannathan & Runkle, 1993).
///
/// r = μ + e, e = σ z, σ²(t) = ω + (α + γ [e(t−1) < 0]) e(t−1)² + β σ²(t−1),
///
/// z standard normal, or Student's t with variance 1 (Bollerslev, 1987). In the units of the
/// returns.
struct VolatilityModel: Sendable, Equatable {
  var mean: Double
  var omega: Double
  var alpha: Double
  var gamma: Double
  var beta: Double
  /// Of Student's t; `nil` for normal innovations.
  var degrees: Double?

  /// How much of a variance's distance from its long-run level is left a day later.
  var persistence: Double { alpha + gamma / 2 + beta }

  var longRunVariance: Double { omega / (1 - persistence) }

  /// The variance of the day after one with this shock; `nil` where it is unknown, and its expected
  /// square stands for it.
  func variance(after variance: Double, shock: Double?) -> Double {
    guard let shock else { return omega + persistence * variance }
    return omega + (shock < 0 ? alpha + gamma : alpha) * shock * shock + beta * variance
  }

  /// The conditional variance of every row of a series, NaN outside of its segments, and of the day
  /// after its last row.
  ///
  /// A series without a return in its last stretch ends at the long-run variance.
  func filter(
    _ series: ReturnSeries, endingAt end: Int
  ) -> (variances: [Double], next: Double) {
    var variances = [Double](repeating: .nan, count: series.values.count)
    var next = longRunVariance
    for (segment, backcast) in zip(series.segments, series.backcasts) {
      var variance = omega + persistence * backcast
      for row in segment {
        variances[row] = variance
        let value = series.values[row]
        variance = self.variance(after: variance, shock: value.isNaN ? nil : value - mean)
      }
      if segment.upperBound == end { next = variance }
    }
    return (variances, next)
  }
}

/// A volatility model at work: where its variance stands, and how far one shock may go.
struct VolatilityProcess: Sendable, Equatable {
  /// Shocks are cut at so many deviations of the training series.
  static let farthestShock = 25.0

  let model: VolatilityModel
  /// Of the day to come.
  private(set) var variance: Double
  let largestShock: Double

  init(_ model: VolatilityModel, variance: Double, largestShock: Double) {
    (self.model, self.variance, self.largestShock) = (model, variance, largestShock)
  }

  /// Makes a day: its shock and the deviation it was expected with.
  mutating func step(innovation: Double) -> (shock: Double, deviation: Double, isCut: Bool) {
    let deviation = variance.squareRoot()
    let free = deviation * innovation
    let shock = min(largestShock, max(-largestShock, free.isNaN ? 0 : free))
    variance = model.variance(after: variance, shock: shock)
    return (shock, deviation, shock != free)
  }
}
