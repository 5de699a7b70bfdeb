import Market
import Testing

@testable import Metrics

@Suite struct HorizonDecayTests {
  let keys = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 2)].map {
    SampleKey(date: $0.0, asset: $0.1)
  }

  /// By hand: on date 0 the asset 3 has no return at the long horizon, and counts at neither.
  ///
  /// Ranks of predictions 1, 3, 2 against 1, 2, 3 and 3, 1, 2: Spearman ½ and −1.
  @Test func everyHorizonHasTheSameRows() {
    let decay = HorizonDecay(
      horizons: [1, 5], keys: keys,
      returns: [
        [0.01, 0.02, 0.03, 9, 0.01, 0.02, 0.03], [0.3, 0.1, 0.2, .nan, 0.03, 0.03, 0.03],
      ])
    let daily = decay.daily([0.1, 0.3, 0.2, 0.9, 3, 2, 1])
    #expect(decay.dates == [0, 1])
    expectClose(daily[0][0], 0.5, relative: 1e-6)
    expectClose(daily[1][0], -1, relative: 1e-6)
    expectClose(daily[0][1], -1, relative: 1e-6)
    // All returns of date 1 are equal at the long horizon.
    #expect(daily[1][1].isNaN)
  }

  @Test func aDateWithoutRankingIsUndefined() {
    let outcomes: [Float] = [1, 2, 3, 4, 1, 2, 3]
    let decay = HorizonDecay(horizons: [1], keys: keys, returns: [outcomes])
    #expect(decay.daily([.nan, 1, 2, 3, 5, 5, 5])[0].allSatisfy { $0.isNaN })
    // A missing prediction spoils its date even where the outcome is unknown.
    let holed = HorizonDecay(horizons: [1], keys: keys, returns: [[.nan, 2, 3, 4, 1, 2, 3]])
    #expect(holed.daily([.infinity, 1, 2, 3, 1, 2, 3])[0][0].isNaN)
    #expect(HorizonDecay(horizons: [1], keys: [], returns: [[]]).daily([]) == [[]])
  }

  /// Where every return is known, it is the RankIC that scores have.
  @Test func agreesWithTheDailyRankIC() throws {
    let predictions = MetricContractTests.noise(dates: 20, assets: 150, seed: 3)
    let outcomes = MetricContractTests.noise(dates: 20, assets: 150, seed: 4)
    let rows = rows(predictions: predictions, outcomes: outcomes)
    let scores = DailyScores(rows, rules: try rules(), for: [.rankIC])
    let daily = HorizonDecay(horizons: [1], keys: rows.keys, returns: [rows.returns])
      .daily(rows.predictions)[0]
    for (a, b) in zip(daily, scores[.rankIC]) { #expect(abs(a - b) < 1e-6) }
  }
}
