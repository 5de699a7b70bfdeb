/// Candidate less baseline, and what resampled dates say about it.
///
/// Both are judged on the same resampled dates, so what moves both on a bad day cancels. Tests are
/// made in the bootstrap's world, where the truth is known: its deviations from its own mean show
/// how far from the truth the difference may be (Hall and Wilson 1991, *Two Guidelines for Bootstrap
/// Hypothesis Testing*; Davison and Hinkley 1997, ch. 4, for the 1 added above and below).
public struct PairedDifference: Sendable, Equatable {
  public let point: Double
  /// Percentile interval; `nil`, as all below, where there is too little to resample.
  public let interval: Interval?
  /// Standard deviation of the resampled differences.
  public let standardError: Double?
  /// What each resample is from the mean of all of them.
  private let deviations: [Double]

  /// `draws` is the difference on each resample, none NaN; `nil` or fewer than two for no tests.
  init(point: Double, draws: [Double]?, confidence: Double) {
    self.point = point
    guard let draws, draws.count > 1 else {
      (interval, standardError, deviations) = (nil, nil, [])
      return
    }
    let moments = Moments(of: draws)
    interval = Interval(ofPercentiles: draws, confidence: confidence)
    standardError = moments.deviation
    deviations = draws.map { $0 - moments.mean }
  }

  /// One-sided: how often the difference would come out so low if it were truly `value`.
  ///
  /// Small where the data say that the true difference is below `value`.
  public func pValue(below value: Double) -> Double? {
    pValue { $0 <= self.point - value }
  }

  /// One-sided, of being truly above `value`.
  public func pValue(above value: Double) -> Double? {
    pValue { $0 >= self.point - value }
  }

  /// Two-sided, of being truly other than 0.
  public var pValue: Double? {
    pValue { abs($0) >= abs(self.point) }
  }

  /// One-sided, of the candidate being truly worse than the baseline by more than `tolerance`.
  ///
  /// - Parameters:
  ///   - tolerance: In the unit of the series, not negative.
  ///   - better: Which way the series improves.
  /// - Returns: The p value; `nil` where there is too little to resample.
  public func pValue(worseByMoreThan tolerance: Double, better: Metric.Direction) -> Double? {
    switch better {
    case .higherIsBetter: pValue(below: -tolerance)
    case .lowerIsBetter: pValue(above: tolerance)
    }
  }

  /// The smallest true difference (beyond a tolerance) that a one-sided test would find so often.
  ///
  /// (z₁₋α + z_power) standard errors: what a run of this length can see at all.
  /// - Parameters:
  ///   - power: How often it should be found, within (0, 1).
  ///   - level: α, the test's size, within (0, 1).
  /// - Returns: In the unit of the series; `nil` where there is too little to resample.
  public func minimalDetectableEffect(power: Double = 0.8, level: Double = 0.05) -> Double? {
    guard power > 0, power < 1, level > 0, level < 1, let standardError else { return nil }
    let reach = NormalDistribution.quantile(1 - level) + NormalDistribution.quantile(power)
    return max(0, reach) * standardError
  }

  private func pValue(_ isAsExtreme: (Double) -> Bool) -> Double? {
    guard !deviations.isEmpty else { return nil }
    return Double(1 + deviations.count(where: isAsExtreme)) / Double(1 + deviations.count)
  }
}

extension Resamples {
  /// Compares two series over the calendar, NaN where undefined.
  ///
  /// Dates on which either is undefined are left out for both. `nil` without a common date.
  /// - Precondition: one number a date of the calendar in each.
  public func pairedDifference(
    of candidate: [Double], from baseline: [Double]
  ) -> PairedDifference? {
    precondition(candidate.count == calendar.count, "one number a date")
    let differences = SeriesMean(DateSeries.difference(of: candidate, from: baseline))
    return differences.mean.map { point in
      PairedDifference(
        point: point, draws: resampled { differences.mean(in: $0) }, confidence: confidence)
    }
  }

  /// Compares a metric of two models, each the mean over its replicates; `nil` where undefined.
  ///
  /// Dates and replicates are resampled as for `difference`, which gives the same numbers.
  public func pairedDifference(
    _ metric: Metric, of candidate: [DailyScores], from baseline: [DailyScores]
  ) -> PairedDifference? {
    pairedDifference(
      of: MetricSample(metric, candidate, calendar), from: MetricSample(metric, baseline, calendar))
  }

  func pairedDifference(
    of candidate: some Resamplable, from baseline: some Resamplable
  ) -> PairedDifference? {
    guard let one = candidate.mean, let other = baseline.mean else { return nil }
    let draws = resampled { draw in
      candidate.mean(in: draw).flatMap { one in baseline.mean(in: draw).map { one - $0 } }
    }
    return PairedDifference(point: one - other, draws: draws, confidence: confidence)
  }
}
