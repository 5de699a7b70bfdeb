import Market
import Testing

@testable import Metrics

@Suite struct ResamplesTests {
  let calendar = Array(0..<60)

  func resamples(_ count: Int = 400, seed: UInt64 = 9) throws -> Resamples {
    try MovingBlockBootstrap(blockLength: 4, resamples: count)
      .draw(over: calendar, from: SeedStream(seed: seed))
  }

  /// NumPy: percentile([1, 2, 3, 4, 10], [10, 90]) is 1.4 and 7.6.
  @Test func percentilesAreNumPys() {
    let interval = Interval(ofPercentiles: [4, 1, 10, 3, 2], confidence: 0.8)
    expectClose(interval.low, 1.4)
    expectClose(interval.high, 7.6)
    #expect(Interval(ofPercentiles: [7], confidence: 0.95) == Interval(low: 7, high: 7))
  }

  @Test func everyMetricGetsAnInterval() throws {
    let predictions = MetricContractTests.noise(dates: 60, assets: 12, seed: 1)
    let outcomes = MetricContractTests.noise(dates: 60, assets: 12, seed: 2)
    let scores = DailyScores(
      rows(predictions: predictions, outcomes: outcomes), rules: try rules(cost: 10))
    let resamples = try resamples(100)
    for metric in metricRegistry.entries {
      let estimate = resamples.estimate(metric, of: [scores, scores])
      let (mean, interval) = (try #require(estimate.mean), try #require(estimate.interval))
      #expect(interval.low < interval.high, "\(metric.id)")
      #expect(estimate.undefinedDates == 0 && estimate.undefinedReplicates == 0)
      // A drawdown is an extreme of the path, so its own value need not lie inside.
      if !metric.id.contains("drawdown") { #expect(interval.contains(mean), "\(metric.id)") }
    }
  }

  /// Two seeds that disagree: dates alone would hide it.
  @Test func seedsAreResampledToo() throws {
    let level = { (level: Double) in
      try scores(ic: noise(60, 0, 4).map { 0.001 * $0 + level })
    }
    let alike = try resamples().estimate(.ic, of: [try level(0.2), try level(0.2)])
    let apart = try resamples().estimate(.ic, of: [try level(0.1), try level(0.3)])
    expectClose(apart.mean, try #require(alike.mean))
    let (narrow, wide) = (try #require(alike.interval), try #require(apart.interval))
    #expect(narrow.high - narrow.low < 0.01)
    #expect(abs(wide.low - 0.1) < 0.01 && abs(wide.high - 0.3) < 0.01)
  }

  @Test func whatIsUndefinedIsCountedAndNeverAveraged() throws {
    let estimate = try resamples().estimate(
      .ic,
      of: [
        try scores(ic: [.nan, .nan] + [Double](repeating: 0.5, count: 58)),
        try scores(ic: [Double](repeating: .nan, count: 60)),
      ])
    #expect(estimate.mean == 0.5)
    #expect(estimate.replicates == 2)
    #expect(estimate.undefinedReplicates == 1)
    #expect(estimate.undefinedDates == 62)
    #expect(estimate.interval == Interval(low: 0.5, high: 0.5))
  }

  @Test func hardlyEverDefinedMeansNoInterval() throws {
    let one = try scores(ic: [0.5] + [Double](repeating: .nan, count: 59))
    let estimate = try resamples().estimate(.ic, of: [one])
    #expect(estimate.mean == 0.5 && estimate.interval == nil)
    let none = try resamples().estimate(.ic, of: [])
    #expect(none.mean == nil && none.interval == nil && none.replicates == 0)
  }

  /// A replicate that lacks dates is resampled on those it has.
  @Test func replicatesAreAlignedByDate() throws {
    let whole = try scores(ic: calendar.map { Double($0) })
    let half = try scores(ic: (30..<60).map { Double($0) }, dates: Array(30..<60))
    let estimate = try resamples().estimate(.ic, of: [half])
    let interval = try #require(estimate.interval)
    #expect(estimate.mean == 44.5)
    #expect(interval.low >= 30 && interval.high <= 59 && interval.contains(44.5))
    #expect(try resamples().estimate(.ic, of: [whole]).mean == 29.5)
  }

  /// Two models that err together are told apart where their single intervals overlap.
  @Test func differencesArePairedByDateAndSeed() throws {
    let shared = (0..<3).map { noise(60, 0.3, 20 + UInt64($0)) }
    let baseline = try shared.map { try scores(ic: $0) }
    let candidate = try shared.map { try scores(ic: $0.map { $0 + 0.05 }) }
    let resamples = try resamples()
    let (one, other) = (
      try #require(resamples.estimate(.ic, of: candidate).interval),
      try #require(resamples.estimate(.ic, of: baseline).interval)
    )
    #expect(other.contains(one.low), "they overlap")
    let difference = resamples.difference(.ic, of: candidate, from: baseline)
    expectClose(difference.mean, 0.05)
    let interval = try #require(difference.interval)
    #expect(abs(interval.low - 0.05) < 1e-9 && abs(interval.high - 0.05) < 1e-9)
    #expect(difference.replicates == 6)
    #expect(resamples.difference(.ic, of: candidate, from: []).mean == nil)
  }
}
