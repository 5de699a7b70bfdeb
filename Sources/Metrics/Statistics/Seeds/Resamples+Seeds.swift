extension Resamples {
  /// A metric of one model, or its difference from another's, with the error of dates and training.
  ///
  /// With *d* the difference of a seed (or its score), *F* folds and *S* seeds:
  ///
  /// - training: Σ over folds of s²/*S*, s² the variance over seeds of the difference when all
  ///   replicates take that fold from one seed; for a mean over dates that is the usual variance
  ///   within folds. It has *F*·(*S* − 1) degrees of freedom.
  /// - dates: the mean covariance, over pairs of seeds, of their resampled differences: what
  ///   resampling does to all seeds alike. As many degrees of freedom as there are whole blocks, less 1.
  ///
  /// Seeds are paired by position; without a baseline the estimate is of the candidate's own score.
  /// Where predictions depend on chance, a single seed leaves the error unknown.
  ///
  /// - Returns: `nil` where the metric is undefined for some seed.
  /// - Precondition: equally many seeds and paths, on the dates of `calendar`.
  /// - Complexity: O(resamples · seeds) evaluations of the metric.
  public func seededEstimate(
    _ metric: Metric, of candidate: SeededScores, from baseline: SeededScores? = nil,
    dependsOnChance: Bool
  ) -> SeededEstimate? {
    precondition(candidate.dates == calendar, "the dates that were resampled")
    precondition(baseline.map { $0.dates == calendar } ?? true, "the dates that were resampled")
    precondition(baseline.map { $0.seeds.count == candidate.seeds.count } ?? true, "paired seeds")

    func difference(_ value: (SeededScores) -> Double?) -> Double? {
      guard let one = value(candidate) else { return nil }
      guard let baseline else { return one }
      return value(baseline).map { one - $0 }
    }
    let seeds = candidate.seeds.indices
    let places = Array(calendar.indices)
    let values = seeds.compactMap { seed in difference { $0.value(metric, of: seed, at: places) } }
    guard values.count == seeds.count, !values.isEmpty else { return nil }
    let point = values.reduce(0, +) / Double(values.count)
    func unknown() -> SeededEstimate {
      SeededEstimate(point: point, standardError: nil, degreesOfFreedom: 0)
    }

    guard isInformative, !dependsOnChance || seeds.count > 1 else { return unknown() }
    let resampled = draws.compactMap { draw -> [Double]? in
      let row = seeds.compactMap { seed in
        difference { $0.value(metric, of: seed, at: draw.places) }
      }
      return row.count == seeds.count ? row : nil
    }
    guard resampled.count * 2 > draws.count, resampled.count > 1 else { return unknown() }
    let blocks = Double(max(1, calendar.count / blockLength - 1))
    let means = resampled.map { $0.reduce(0, +) / Double(seeds.count) }
    let ofMean = variance(means)
    guard seeds.count > 1 else {
      return SeededEstimate(
        point: point, standardError: ofMean.squareRoot(), degreesOfFreedom: blocks)
    }

    let count = Double(seeds.count)
    let ofSeeds = seeds.reduce(0) { sum, seed in sum + variance(resampled.map { $0[seed] }) }
    let dates = max(0, (count * ofMean - ofSeeds / count) / (count - 1))
    var training = 0.0
    let folds = candidate.foldNumbers
    for fold in folds {
      let swapped = seeds.compactMap { seed in
        difference { $0.value(metric, replacing: fold, by: seed) }
      }
      guard swapped.count == seeds.count else { return unknown() }
      training += variance(swapped) / count
    }
    let sum = dates + training
    let freedom =
      sum > 0
      ? sum * sum
        / (training * training / (Double(folds.count) * (count - 1)) + dates * dates / blocks)
      : blocks
    return SeededEstimate(
      point: point, standardError: max(sum, ofMean).squareRoot(), degreesOfFreedom: freedom)
  }
}

/// Sample variance (divisor *n* − 1); 0 for a single number.
private func variance(_ values: [Double]) -> Double {
  Moments(of: values).deviation.map { $0 * $0 } ?? 0
}
