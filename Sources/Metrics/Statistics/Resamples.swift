import Market

/// Resampled dates, the same for every metric and model: what makes their comparison paired.
public struct Resamples: Sendable {
  struct Draw: Sendable {
    /// Indices into the calendar, as many as it has dates.
    let places: [Int]
    /// Which replicates are drawn follows from this and their number, so that two models with
    /// equally many are given the same.
    let replicateSeed: UInt64
  }

  public let calendar: [Int]
  let draws: [Draw]
  /// Dates in a block.
  let blockLength: Int
  let confidence: Double
  /// Whether at least two whole blocks fit: with fewer, resamples hardly differ.
  let isInformative: Bool

  /// The mean of a metric over replicates (seeds, paths), with its percentile interval.
  ///
  /// Each resample takes the same dates from every replicate, and where there are several, also
  /// draws as many of them with replacement. With few replicates that understates what another
  /// seed may do, by a factor of (n − 1) / n in variance. A resample on which the metric is
  /// undefined is left out; where half of them are, there is no interval.
  /// - Complexity: O(resamples · replicates) evaluations of the metric.
  public func estimate(_ metric: Metric, of replicates: [DailyScores]) -> Estimate {
    let sample = MetricSample(metric, replicates, calendar)
    return Estimate(
      mean: sample.mean, interval: interval { sample.mean(in: $0) },
      replicates: replicates.count,
      undefinedReplicates: sample.values.count { $0 == nil },
      undefinedDates: sample.undefinedDates)
  }

  /// Candidate less baseline, on the same resampled dates for both.
  ///
  /// With equally many replicates on both sides they are taken for pairs (seed by seed).
  /// `replicates` and what is undefined are added up over both sides.
  public func difference(
    _ metric: Metric, of candidate: [DailyScores], from baseline: [DailyScores]
  ) -> Estimate {
    let one = MetricSample(metric, candidate, calendar)
    let other = MetricSample(metric, baseline, calendar)
    let difference = pairedDifference(of: one, from: other)
    return Estimate(
      mean: difference?.point, interval: difference?.interval,
      replicates: candidate.count + baseline.count,
      undefinedReplicates: (one.values + other.values).count { $0 == nil },
      undefinedDates: one.undefinedDates + other.undefinedDates)
  }

  /// Percentile interval of a statistic; `nil` as for `resampled`.
  func interval(_ statistic: (Draw) -> Double?) -> Interval? {
    resampled(statistic).map { Interval(ofPercentiles: $0, confidence: confidence) }
  }

  /// A statistic on every resample on which it is defined.
  ///
  /// `nil` where fewer than two blocks fit, or where it is undefined on half of the resamples.
  func resampled(_ statistic: (Draw) -> Double?) -> [Double]? {
    guard isInformative else { return nil }
    let defined = draws.compactMap(statistic)
    return defined.count * 2 > draws.count ? defined : nil
  }
}
