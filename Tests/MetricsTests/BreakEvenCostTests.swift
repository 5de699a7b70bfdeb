import Testing

@testable import Metrics

@Suite struct BreakEvenCostTests {
  /// The trades of `LongShortTests.tradesAreCountedByHand`: 0.07 earned on 8 traded, 87.5 basis points.
  @Test func isWhatTheReturnAllows() throws {
    func scores(cost: Double) throws -> DailyScores {
      DailyScores(
        rows(
          predictions: [[3, 2, 1], [3, 1, 2], [1, 3, 2], [1, 3, 2]],
          outcomes: [
            [0.02, 0.05, -0.01], [0.01, 0.03, 0], [0.02, 0.06, 0], [-0.01, 0.01, 0],
          ]), rules: try rules(cost: cost))
    }
    expectClose(
      Metric.breakEvenCost.value(of: try scores(cost: 0)), 0.00875, relative: 1e-6)
    // Charged exactly that, nothing is left; what is charged does not change it.
    let charged = try scores(cost: 87.5)
    #expect(abs(try #require(Metric.longShortReturnNet.value(of: charged))) < 1e-6)
    expectClose(Metric.breakEvenCost.value(of: charged), 0.00875, relative: 1e-6)
  }

  @Test func nothingTradedHasNone() throws {
    let scores = DailyScores(
      dates: [0, 1], rules: try rules(),
      values: [.longShortReturn: [0.1, .nan], .tradedValue: [0, 2]])
    #expect(Metric.breakEvenCost.value(of: scores) == nil)
  }
}
