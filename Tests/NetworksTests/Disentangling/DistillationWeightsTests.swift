import Testing

@testable import Networks

@Suite struct DistillationWeightsTests {
  /// Two days of two rows; the first is forecast exactly, the second the wrong way round.
  let forecasts: [Float] = [1, -1, 1, -1]
  let labels: [Float] = [1, -1, -1, 3]

  /// ic = (1, −1), so wd = (β, 1) = (0.2, 1); squared errors (0, 0, 4, 16), so
  /// ws = 0.6 + 0.4 · (0, 0, 0.25, 1) = (0.6, 0.6, 0.7, 1); w = 0.25 wd + 0.75 ws.
  @Test func weighsWhatFailsAsWorkedByHand() {
    let rule = DistillationWeights(dayShare: 0.25, leastOfDay: 0.2, leastOfRow: 0.6)
    let weights = rule.weights(forecasts, labels, days: [0..<2, 2..<4])
    for (weight, expected) in zip(weights, [0.5, 0.5, 0.775, 1] as [Float]) {
      #expect(abs(weight - expected) < 1e-6)
    }
  }

  /// The trap: by the squared error itself, the row forecast worst would weigh least.
  @Test func aHardRowWeighsMoreThanAnEasyOne() {
    let rule = DistillationWeights(dayShare: 0, leastOfDay: 0.5, leastOfRow: 0.5)
    let weights = rule.weights([0, 0, 0], [0, 1, 3], days: [0..<3])
    #expect(weights[0] == 0.5 && weights[2] == 1 && weights[0] < weights[1])
  }

  @Test func equalRowsAllWeighOne() {
    let rule = DistillationWeights()
    #expect(rule.weights([0, 0], [1, -1], days: [0..<2]) == [1, 1])
    #expect(rule.weights([], [], days: []).isEmpty)
  }

  @Test func tercilesAreThoseOfTheDays() throws {
    let trend = try #require(MarketTrend(ofDays: [0.04, 0.01, .nan, 0.03, 0.02]))
    // numpy.quantile([0.01, 0.02, 0.03, 0.04], [1/3, 2/3]) = [0.02, 0.03]
    #expect(abs(trend.low - 0.02) < 1e-8 && abs(trend.high - 0.03) < 1e-8)
    #expect([-1, 0.025, 1, .nan].map { trend.trend(of: $0) } == [0, 1, 2, nil])
    #expect(MarketTrend(ofDays: [.nan]) == nil && MarketTrend(ofDays: [1, 1]) == nil)
  }
}
