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
    let sample = Sample(metric, replicates, calendar)
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
    let (one, other) = (Sample(metric, candidate, calendar), Sample(metric, baseline, calendar))
    func minus(_ a: Double?, _ b: Double?) -> Double? { a.flatMap { a in b.map { a - $0 } } }
    return Estimate(
      mean: minus(one.mean, other.mean),
      interval: interval { minus(one.mean(in: $0), other.mean(in: $0)) },
      replicates: candidate.count + baseline.count,
      undefinedReplicates: (one.values + other.values).count { $0 == nil },
      undefinedDates: one.undefinedDates + other.undefinedDates)
  }

  private func interval(_ statistic: (Draw) -> Double?) -> Interval? {
    guard isInformative else { return nil }
    let defined = draws.compactMap(statistic)
    guard defined.count * 2 > draws.count else { return nil }
    return Interval(ofPercentiles: defined, confidence: confidence)
  }
}

/// One metric of one model's replicates, ready to be resampled.
private struct Sample {
  let metric: Metric
  let replicates: [DailyScores]
  /// For each replicate, where it keeps each date of the calendar; `nil` for it as it is.
  let places: [[Int?]?]
  let values: [Double?]

  init(_ metric: Metric, _ replicates: [DailyScores], _ calendar: [Int]) {
    self.metric = metric
    self.replicates = replicates
    places = replicates.map { replicate in
      if replicate.dates == calendar { return nil }
      let place = Dictionary(uniqueKeysWithValues: replicate.dates.enumerated().map { ($1, $0) })
      return calendar.map { place[$0] }
    }
    values = replicates.map(metric.value(of:))
  }

  var undefinedDates: Int {
    replicates.reduce(0) { $0 + $1.undefinedDates(of: metric) }
  }

  var mean: Double? { Self.mean(values) }

  func mean(in draw: Resamples.Draw) -> Double? {
    guard replicates.count > 1 else {
      return replicates.isEmpty ? nil : value(of: 0, in: draw)
    }
    var stream = SeedStream(seed: draw.replicateSeed)
    var times = [Int](repeating: 0, count: replicates.count)
    for _ in replicates { times[stream.index(below: replicates.count)] += 1 }
    return Self.mean(
      times.indices.flatMap { index in
        times[index] == 0
          ? [] : [Double?](repeating: value(of: index, in: draw), count: times[index])
      })
  }

  private func value(of index: Int, in draw: Resamples.Draw) -> Double? {
    guard let places = places[index] else {
      return metric.aggregate(replicates[index], draw.places)
    }
    return metric.aggregate(replicates[index], draw.places.compactMap { places[$0] })
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}
