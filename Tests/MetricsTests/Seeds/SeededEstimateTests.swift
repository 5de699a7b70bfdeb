import Foundation
import Market
import Testing

@testable import Metrics

@Suite struct SeededEstimateTests {
  /// One path; `numbers` by seed and date, `folds` by date.
  private func scores(_ numbers: [[Double]], folds: [Int]) throws -> SeededScores {
    SeededScores(
      seeds: try numbers.map { series in
        [
          DailyScores(
            dates: Array(series.indices), rules: try rules(), values: [.rankIC: series])
        ]
      }, folds: [folds])
  }

  private func resamples(
    _ dates: Int, block: Int = 5, count: Int = 500
  ) throws -> SeededResamples {
    try SeededResamples(
      over: Array(0..<dates), blockLength: block, resamples: count, from: SeedStream(seed: 7))
  }

  /// Seeds that differ by a constant in each fold: all of the error is training, and by hand
  /// Σ w² s² / S with w = ½ and s² = 2 · 0.01² (±0.01) and 2 · 0.02² (±0.02).
  @Test func trainingIsTheVarianceOverSeedsWithinFolds() throws {
    let folds = (0..<100).map { $0 < 50 ? 0 : 1 }
    let one = folds.map { $0 == 0 ? 0.01 : 0.02 }
    let estimate = try #require(
      try resamples(100).estimate(
        .rankIC, of: scores([one, one.map { -$0 }], folds: folds), dependsOnChance: true))
    #expect(abs(estimate.point) < 1e-15)
    let expected = (0.25 * 2 * 0.0001 / 2 + 0.25 * 2 * 0.0004 / 2).squareRoot()
    expectClose(estimate.standardError, expected, relative: 1e-9)
    #expect(abs(estimate.degreesOfFreedom - 2) < 1e-9)
  }

  /// Seeds that are equal leave the dates alone, as for a model that depends on no chance.
  @Test func equalSeedsHaveTheErrorOfDates() throws {
    var stream = SeedStream(seed: 1)
    let series = (0..<200).map { _ in 0.1 * stream.normal() }
    let folds = series.indices.map { $0 / 100 }
    let resamples = try resamples(200)
    let one = try #require(
      try resamples.estimate(
        .rankIC, of: scores([series], folds: folds), dependsOnChance: false))
    let three = try #require(
      try resamples.estimate(
        .rankIC, of: scores([series, series, series], folds: folds), dependsOnChance: true))
    expectClose(three.standardError, try #require(one.standardError))
    expectClose(one.standardError, 0.1 / 200.0.squareRoot(), relative: 0.15)
    #expect(three.degreesOfFreedom == one.degreesOfFreedom)
  }

  /// What single seeds do on single dates counts once: σ² / (S · T).
  @Test func noiseOfSeedsOnDatesIsNotCountedTwice() throws {
    var stream = SeedStream(seed: 2)
    let folds = (0..<120).map { $0 / 24 }
    let resamples = try resamples(120, block: 3, count: 100)
    var errors: [Double] = []
    for _ in 0..<30 {
      let numbers = (0..<4).map { _ in (0..<120).map { _ in 0.1 * stream.normal() } }
      let estimate = try resamples.estimate(
        .rankIC, of: scores(numbers, folds: folds), dependsOnChance: true)
      errors.append(try #require(estimate?.standardError))
    }
    let mean = errors.reduce(0, +) / 30
    #expect(abs(mean / (0.1 / 480.0.squareRoot()) - 1) < 0.15, "\(mean)")
  }

  /// Every fold from the seed that is named for it.
  @Test func replicatesAreAssembledFoldByFold() throws {
    let side = try scores([[1, 2, 3, 4], [10, 20, 30, 40], [5, 6, 7, 8]], folds: [0, 0, 2, 2])
    let made = side.assembled(from: [0: [1, 2], 2: [0, 1]], columns: [.rankIC])
    #expect(made.seeds.map { $0[0][.rankIC] } == [[10, 20, 3, 4], [5, 6, 30, 40]])
    #expect(made.folds == side.folds && made.dates == side.dates)
  }

  @Test func aDifferenceOfOneModelFromItselfIsCertain() throws {
    var stream = SeedStream(seed: 3)
    let numbers = (0..<2).map { _ in (0..<60).map { _ in stream.normal() } }
    let side = try scores(numbers, folds: [Int](repeating: 0, count: 60))
    let estimate = try #require(
      try resamples(60).estimate(.rankIC, of: side, from: side, dependsOnChance: true))
    #expect(estimate.point == 0 && estimate.standardError == 0)
    #expect(estimate.pValue(worseByMoreThan: 0, better: .higherIsBetter) == 1)
    #expect(estimate.minimalDetectableEffect(power: 0.8, level: 0.05) == 0)
    #expect(estimate.interval(confidence: 0.9) == Interval(low: 0, high: 0))
  }

  @Test func oneSeedOfAModelOfChanceLeavesTheErrorUnknown() throws {
    let side = try scores([(0..<60).map { sin(Double($0)) }], folds: .init(repeating: 0, count: 60))
    let estimate = try #require(
      try resamples(60).estimate(.rankIC, of: side, dependsOnChance: true))
    #expect(estimate.standardError == nil)
    #expect(estimate.pValue(worseByMoreThan: 0, better: .higherIsBetter) == nil)
  }

  @Test func whatIsUndefinedForASeedHasNoEstimate() throws {
    let side = try scores(
      [[0.1, 0.2, 0.3, 0.4], [Double](repeating: .nan, count: 4)], folds: [0, 0, 0, 0])
    #expect(
      try resamples(4, block: 1).estimate(.rankIC, of: side, dependsOnChance: true) == nil)
  }

  /// t of −2 with 10 degrees of freedom; SciPy: t.cdf(−2, 10) = 0.036694017385.
  @Test func pValuesAreThoseOfStudent() {
    let estimate = SeededEstimate(point: -0.03, standardError: 0.01, degreesOfFreedom: 10)
    func close(_ p: Double?, _ expected: Double) -> Bool {
      p.map { abs($0 - expected) < 1e-9 } ?? false
    }
    #expect(close(estimate.pValue(worseByMoreThan: 0.01, better: .higherIsBetter), 0.036694017385))
    #expect(
      close(estimate.pValue(betterByMoreThan: 0.01, better: .lowerIsBetter), 0.036694017385))
    #expect(close(estimate.pValue(below: -0.03), 0.5))
    let interval = estimate.interval(confidence: 0.9)
    #expect(close(interval?.low, -0.03 - 0.01 * 1.8124611228))
  }

  /// k where the noncentral t has the power, over the median of √(χ²/ν): SciPy's nct and chi2.
  @Test(arguments: [
    (3.0, 0.05, 3.715327), (12, 0.05, 2.715296), (20, 0.01, 3.459512), (1e5, 0.05, 2.486483),
  ])
  func theDetectableEffectIsThatOfTheNoncentralT(
    _ degrees: Double, _ level: Double, _ expected: Double
  ) {
    let effect = DetectableEffect(degreesOfFreedom: degrees)
      .standardErrors(power: 0.8, level: level)
    #expect(abs(effect / expected - 1) < 0.005, "\(effect)")
  }

  /// A metric's columns suffice to have it again.
  @Test(arguments: metricRegistry.ids)
  func columnsAreAllThatAMetricReads(_ id: String) throws {
    let metric = try metricRegistry.require(id)
    var stream = SeedStream(seed: 9)
    func sections() -> [[Float]] {
      (0..<30).map { _ in (0..<8).map { _ in Float(stream.normal()) } }
    }
    let whole = DailyScores(
      rows(predictions: sections(), outcomes: sections()), rules: try rules(cost: 10))
    let part = DailyScores(
      dates: whole.dates, rules: whole.rules,
      values: Dictionary(uniqueKeysWithValues: metric.columns.map { ($0, whole[$0]) }))
    #expect(metric.value(of: whole) != nil)
    #expect(metric.value(of: part) == metric.value(of: whole))
    #expect(metric.columns.contains(metric.defining))
  }
}
