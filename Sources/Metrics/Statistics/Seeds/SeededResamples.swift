import Market

/// Resampled dates from which the error of a model, or of a difference of two, is had.
///
/// Dates are resampled twice, in blocks and in blocks half as long: see `BlockVariance`.
public struct SeededResamples: Sendable {
  private let whole: Resamples
  /// `nil` where blocks hold a single date.
  private let half: Resamples?
  private let variance: BlockVariance

  /// Draws the resamples once, for every metric and every model to be judged on alike.
  ///
  /// - Parameters:
  ///   - calendar: The dates to resample, as positions in the panel, increasing.
  ///   - blockLength: Dates in a block.
  ///   - resamples: How many, of either kind.
  ///   - stream: Where the randomness comes from; equal streams give equal resamples.
  /// - Throws: `SpecError.invalid` for a parameter out of range.
  public init(
    over calendar: [Int], blockLength: Int, resamples: Int, from stream: SeedStream
  ) throws(SpecError) {
    variance = BlockVariance(dates: calendar.count, blockLength: blockLength, resamples: resamples)
    whole = try MovingBlockBootstrap(blockLength: blockLength, resamples: resamples)
      .draw(over: calendar, from: stream)
    half =
      variance.halfLength > 0
      ? try MovingBlockBootstrap(blockLength: variance.halfLength, resamples: resamples)
        .draw(over: calendar, from: stream)
      : nil
  }

  /// A metric of one model, or its difference from another's, with the error of dates and training.
  ///
  /// With *d* the difference of a seed (or its score), *F* folds and *S* seeds:
  ///
  /// - training: Σ over folds of s²/*S*, s² the variance over seeds of the difference when all
  ///   replicates take that fold from one seed; for a mean over dates that is the usual variance
  ///   within folds. It has *F*·(*S* − 1) degrees of freedom.
  /// - dates: the mean covariance, over pairs of seeds, of their resampled differences: what
  ///   resampling does to all seeds alike. It has the degrees of freedom of `BlockVariance`.
  ///
  /// Seeds are paired by position; without a baseline the estimate is of the candidate's own score.
  /// Where predictions depend on chance, a single seed leaves the error unknown.
  ///
  /// - Returns: `nil` where the metric is undefined for some seed.
  /// - Precondition: equally many seeds and paths, on the dates of the calendar.
  /// - Complexity: O(resamples · seeds) evaluations of the metric.
  public func estimate(
    _ metric: Metric, of candidate: SeededScores, from baseline: SeededScores? = nil,
    dependsOnChance: Bool
  ) -> SeededEstimate? {
    let calendar = whole.calendar
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

    guard whole.isInformative, !dependsOnChance || seeds.count > 1 else { return unknown() }
    /// Each seed's difference on every resample on which all have one; `nil` where few have.
    func resampled(_ resamples: Resamples) -> [[Double]]? {
      let rows = resamples.draws.compactMap { draw -> [Double]? in
        let row = seeds.compactMap { seed in
          difference { $0.value(metric, of: seed, at: draw.places) }
        }
        return row.count == seeds.count ? row : nil
      }
      return rows.count * 2 > resamples.draws.count && rows.count > 1 ? rows : nil
    }
    guard let long = resampled(whole) else { return unknown() }
    let short = half.flatMap(resampled)
    func ofDates(_ statistic: ([Double]) -> Double) -> BlockVariance.Pair {
      BlockVariance.Pair(long: long.map(statistic), short: short?.map(statistic))
    }
    let ofMean = ofDates { $0.reduce(0, +) / Double(seeds.count) }
    let blocks = variance.degreesOfFreedom
    guard seeds.count > 1 else {
      return SeededEstimate(
        point: point, standardError: variance.safe(ofMean).squareRoot(), degreesOfFreedom: blocks)
    }

    let count = Double(seeds.count)
    let ofSeeds = seeds.reduce(0) { sum, seed in sum + variance.unbiased(ofDates { $0[seed] }) }
    let dates = max(0, (count * variance.unbiased(ofMean) - ofSeeds / count) / (count - 1))
    var training = 0.0
    let folds = candidate.foldNumbers
    for fold in folds {
      let swapped = seeds.compactMap { seed in
        difference { $0.value(metric, replacing: fold, by: seed) }
      }
      guard swapped.count == seeds.count else { return unknown() }
      training += sampleVariance(swapped) / count
    }
    let sum = dates + training
    let freedom =
      sum > 0
      ? sum * sum
        / (training * training / (Double(folds.count) * (count - 1)) + dates * dates / blocks)
      : blocks
    return SeededEstimate(
      point: point, standardError: max(sum, variance.safe(ofMean)).squareRoot(),
      degreesOfFreedom: freedom)
  }
}

/// Sample variance (divisor *n* − 1); 0 for a single number.
func sampleVariance(_ values: [Double]) -> Double {
  Moments(of: values).deviation.map { $0 * $0 } ?? 0
}
