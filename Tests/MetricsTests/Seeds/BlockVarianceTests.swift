import Foundation
import Market
import Testing

@testable import Metrics

@Suite struct BlockVarianceTests {
  /// V_L = 2 and V_h = 5 of 20 dates in blocks of 5 and 2: (5·2·20/15 − 2·5·20/18) / 3.
  @Test func theBiasOfBlocksIsTakenAway() {
    let variance = BlockVariance(dates: 20, blockLength: 5, resamples: 100)
    #expect(variance.halfLength == 2)
    let pair = BlockVariance.Pair(long: [-1, 1], short: [0, 10.0.squareRoot()])
    expectClose(variance.unbiased(pair), (5 * 2 * 20.0 / 15 - 2 * 5 * 20.0 / 18) / 3)
    // That is less than whole blocks show.
    expectClose(variance.safe(pair), 2 * 20.0 / 15)
    let other = BlockVariance.Pair(long: [-1, 1], short: [0, 1])
    expectClose(variance.safe(other), (5 * 2 * 20.0 / 15 - 2 * 0.5 * 20.0 / 18) / 3)
  }

  /// Blocks of one date have no bias but that of the mean.
  @Test func singleDatesAreTakenAsTheyAre() {
    let variance = BlockVariance(dates: 20, blockLength: 1, resamples: 1_000_000)
    #expect(variance.halfLength == 0)
    expectClose(variance.unbiased(.init(long: [-1, 1], short: nil)), 2 * 20.0 / 19)
    #expect(abs(variance.degreesOfFreedom - 19) < 0.001)
  }

  /// 200 dates in blocks of 5: the squared window adds up to 1 + 4 · 1 + 2 · (4/9 + 1/9) = 55/9, and 500
  /// resamples to (25 + 4) / 9 / 500.
  @Test func degreesOfFreedomCountDatesAndResamples() {
    let variance = BlockVariance(dates: 200, blockLength: 5, resamples: 500)
    let (ofDates, ofResamples): (Double, Double) = (200.0 * 9 / 55 - 1, 500.0 * 9 / 29)
    expectClose(variance.degreesOfFreedom, 1 / (1 / ofDates + 1 / ofResamples))
    #expect(BlockVariance(dates: 10, blockLength: 5, resamples: 100).degreesOfFreedom == 1)
  }

  /// Scores that live on are not called more certain than they are.
  ///
  /// Each date lives on in the next by 0.4, so that the variance of their mean is (1 + 0.4) / (1 − 0.4) times
  /// that of independent ones. Blocks by themselves show about four fifths of it.
  @Test func datesThatHangTogetherAreNotCalledTooCertain() throws {
    let (dates, persistence) = (150, 0.4)
    let calendar = Array(0..<dates)
    let length = MovingBlockBootstrap.defaultBlockLength(dates: dates, reach: 2)
    let resamples = try SeededResamples(
      over: calendar, blockLength: length, resamples: 100, from: SeedStream(seed: 4))
    let blocks = try MovingBlockBootstrap(blockLength: length, resamples: 100)
      .draw(over: calendar, from: SeedStream(seed: 4))
    var stream = SeedStream(seed: 5)
    var (seen, plain) = (0.0, 0.0)
    let trials = 120
    for _ in 0..<trials {
      var state = stream.normal()
      let series = calendar.map { _ in
        defer {
          state =
            persistence * state + (1 - persistence * persistence).squareRoot() * stream.normal()
        }
        return state
      }
      let scores = DailyScores(dates: calendar, rules: try rules(), values: [.rankIC: series])
      let estimate = resamples.estimate(
        .rankIC, of: SeededScores(seeds: [[scores]], folds: [calendar.map { _ in 0 }]),
        dependsOnChance: false)
      let error = try #require(estimate?.standardError)
      seen += error * error / Double(trials)
      plain +=
        sampleVariance(blocks.draws.compactMap { Metric.rankIC.aggregate(scores, $0.places) })
        / Double(trials)
    }
    let truth = (1 + persistence) / (1 - persistence) / Double(dates)
    #expect(plain / truth < 0.86, "\(plain / truth)")
    #expect(abs(seen / truth - 1) < 0.12, "\(seen / truth)")
  }
}
