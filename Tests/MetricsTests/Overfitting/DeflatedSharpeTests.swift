import Testing

@testable import Metrics

@Suite struct DeflatedSharpeTests {
  /// The example of Bailey and López de Prado (2014): annual ratio 2.5 over 1,250 days.
  @Test func publishedExample() throws {
    let daily = 250.0.squareRoot()
    let variance = 0.5 / 250
    let estimate = SharpeEstimate(
      ratio: 2.5 / daily, observations: 1250, skewness: -3, kurtosis: 10)
    let published = try #require(DeflatedSharpe(estimate, trials: 100, variance: variance))
    #expect(abs(published.threshold - 0.1132) < 5e-5)
    #expect(abs(published.probability - 0.9004) < 5e-5)
    let fewer = try #require(DeflatedSharpe(estimate, trials: 46, variance: variance))
    #expect(abs(fewer.probability - 0.9505) < 5e-5)
    let normal = SharpeEstimate(ratio: 2.5 / daily, observations: 1250)
    let calm = try #require(DeflatedSharpe(normal, trials: 88, variance: variance))
    #expect(abs(calm.probability - 0.9505) < 5e-5)
  }

  @Test func luckOfManyTrials() {
    for (trials, expected) in [(1, 0), (10, 1.575), (45, 2.236), (100, 2.531)] {
      #expect(abs(DeflatedSharpe.expectedMaximum(trials: trials) - expected) < 6e-4, "\(trials)")
    }
    expectClose(DeflatedSharpe.minimumBacktestYears(trials: 45), 5.0, relative: 1e-3)
    expectClose(
      DeflatedSharpe.minimumBacktestYears(trials: 45, annualRatio: 2), 1.25, relative: 1e-3)
    #expect(DeflatedSharpe.minimumBacktestYears(trials: 45, annualRatio: 0) == nil)
  }

  /// 2.71 years for an annual ratio of 1 and 0.686 for 2, at 252 days a year and 95 %.
  @Test func shortestTrackRecord() throws {
    for (annual, years) in [(1.0, 2.71), (2, 0.686)] {
      let ratio = annual / 252.0.squareRoot()
      let estimate = SharpeEstimate(ratio: ratio, observations: 100)
      let needed = try #require(estimate.minimumTrackRecord(above: 0))
      #expect(abs(needed / 252 - years) < 6e-3)
      let long = SharpeEstimate(ratio: ratio, observations: needed)
      expectClose(long.probability(above: 0), 0.95)
    }
    #expect(SharpeEstimate(ratio: 0, observations: 9).minimumTrackRecord(above: 0) == nil)
  }

  @Test func ofReturnsAsSciPyHasThem() throws {
    let golden = try ComparisonGolden.load().sharpe
    let test = try #require(DeflatedSharpe(chosen: golden.chosen, among: golden.returns))
    expectClose(test.estimate.ratio, golden.ratio)
    expectClose(test.estimate.skewness, golden.skewness)
    expectClose(test.estimate.kurtosis, golden.kurtosis)
    expectClose(test.threshold, golden.threshold)
    expectClose(test.probability, golden.deflated)
    expectClose(test.estimate.probability(above: 0), golden.probabilistic)
    #expect(test.trials == 5)
    let paths = DeflatedSharpe.over(
      paths: [golden.returns, golden.returns, []], chosen: golden.chosen)
    #expect(paths == [test, test, nil])
    let long = try #require(
      SharpeEstimate(returns: golden.returns[golden.chosen] + [.nan], horizon: 5))
    #expect(long.observations == 18 && long.ratio == test.estimate.ratio)
  }

  @Test func undefined() {
    #expect(SharpeEstimate(returns: [0.1, 0.1, 0.1]) == nil)
    #expect(SharpeEstimate(returns: [0.1, 0.2, .nan]) == nil)
    #expect(SharpeEstimate(ratio: 1, observations: 1).probability(above: 0) == nil)
    let impossible = SharpeEstimate(ratio: 3, observations: 50, skewness: 2, kurtosis: 1)
    #expect(impossible.probability(above: 0) == nil)
    #expect(impossible.minimumTrackRecord(above: 0) == nil)
    let estimate = SharpeEstimate(ratio: 0.1, observations: 50)
    #expect(DeflatedSharpe(estimate, trials: 0, variance: 0.1) == nil)
    #expect(DeflatedSharpe(estimate, trials: 2, variance: .nan) == nil)
    #expect(DeflatedSharpe(chosen: 1, among: [[0.1, 0.2, 0.1], [1, 1, 1]]) == nil)
    #expect(DeflatedSharpe(chosen: 2, among: []) == nil)
    // A single trial deflates nothing.
    let alone = DeflatedSharpe(chosen: 0, among: [[0.1, -0.05, 0.1, 0.02]])
    #expect(alone?.threshold == 0)
  }
}
