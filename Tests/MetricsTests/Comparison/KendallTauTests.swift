import Market
import Testing

@testable import Metrics

@Suite struct KendallTauTests {
  @Test func tauIsScipys() throws {
    let golden = try ComparisonGolden.load().kendall
    #expect(golden.map(\.x.count) == [2, 5, 12, 12, 25])
    for peer in golden { expectClose(kendall(peer.x, peer.y), peer.tau) }
  }

  @Test func ofItselfIsOneAndOfTheReverseMinusOne() {
    let order = [3.0, -1, 7, 7, 0.5]
    #expect(kendall(order, order) == 1)
    #expect(kendall(order, order.map { -$0 }) == -1)
  }

  @Test func withoutAnOrderItIsUndefined() {
    #expect(kendall([], []) == nil)
    #expect(kendall([1], [2]) == nil)
    #expect(kendall([1, 1, 1], [1, 2, 3]) == nil)
    #expect(kendall([1, .nan, 3], [.nan, 2, 3]) == nil)
    #expect(kendall([1, 2, .nan, 3], [5, 6, 7, 8]) == 1)
  }

  func resamples(_ dates: Int) throws -> Resamples {
    try MovingBlockBootstrap(blockLength: 4, resamples: 300)
      .draw(over: Array(0..<dates), from: SeedStream(seed: 12))
  }

  /// Five models whose means lie apart by `step` under noise of deviation 1.
  func models(step: Double, seed: UInt64) -> [[Double]] {
    (0..<5).map { model in noise(80, 0, seed + UInt64(model)).map { $0 + Double(model) * step } }
  }

  @Test func clearOrderIsCertainAndBlurredOneIsNot() throws {
    let resamples = try resamples(80)
    let clear = try #require(
      resamples.rankAgreement(of: models(step: 5, seed: 1), and: models(step: 5, seed: 50)))
    #expect(clear == RankAgreement(tau: 1, interval: Interval(low: 1, high: 1), models: 5))
    let blurred = try #require(
      resamples.rankAgreement(of: models(step: 0.05, seed: 1), and: models(step: 0.05, seed: 50)))
    let interval = try #require(blurred.interval)
    #expect(interval.high - interval.low > 0.5)
    #expect(interval.low >= -1 && interval.high <= 1)
  }

  @Test func modelWithoutScoresIsLeftOut() throws {
    var one = models(step: 5, seed: 1)
    one[2] = [Double](repeating: .nan, count: 80)
    one[3][7] = .infinity
    let agreement = try #require(
      try resamples(80).rankAgreement(of: one, and: models(step: 5, seed: 9)))
    #expect(agreement.models == 4 && agreement.tau == 1)
    #expect(try resamples(80).rankAgreement(of: [one[2]], and: [one[0]]) == nil)
    #expect(
      try resamples(7).rankAgreement(
        of: [[Double](repeating: 0, count: 7)], and: [[Double](repeating: 0, count: 7)]) == nil)
  }

  @Test func metricAndItsSeriesAgree() throws {
    let (x, y) = (models(step: 0.1, seed: 1), models(step: 0.1, seed: 70))
    let resamples = try resamples(80)
    let series = resamples.rankAgreement(of: x, and: y)
    let metric = resamples.rankAgreement(
      .ic, of: try x.map { [try scores(ic: $0)] }, and: try y.map { [try scores(ic: $0)] })
    #expect(series == metric && series != nil)
  }
}
