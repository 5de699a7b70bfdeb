import Market
import Testing

@testable import Metrics

@Suite struct ForecastMetricsTests {
  /// By hand: errors are −1, 0, 2 on the first date and 1 on the second; labels 1, −1, 3, −2.
  @Test func errorsWeighRowsAlike() throws {
    let scores = DailyScores(
      rows(predictions: [[2, -1, 1], [-3]], outcomes: [[1, -1, 3], [-2]]), rules: try rules())
    #expect(Metric.meanAbsoluteError.value(of: scores) == 1)
    #expect(Metric.rootMeanSquaredError.value(of: scores) == 1.5.squareRoot())
    #expect(Metric.outOfSampleR2.value(of: scores) == 1 - 6.0 / 15)
    #expect(Metric.hitRate.value(of: scores) == 1)
  }

  @Test func zerosTakeNoSide() throws {
    let scores = DailyScores(
      rows(
        predictions: [[0, 1, -1, 1], [0, -0.0]], outcomes: [[1, 0, -1, -1], [1, -1]]),
      rules: try rules())
    #expect(Metric.hitRate.value(of: scores) == 0.5)
    #expect(scores.undefinedDates(of: .hitRate) == 1, "the second date has no sign at all")
    #expect(scores.undefinedDates(of: .meanAbsoluteError) == 0)
  }

  @Test func labelsOfZeroLeaveR2Undefined() throws {
    let scores = DailyScores(
      rows(predictions: [[1, 2]], outcomes: [[0, 0]]), rules: try rules())
    #expect(Metric.outOfSampleR2.value(of: scores) == nil)
    #expect(Metric.meanAbsoluteError.value(of: scores) == 1.5)
  }

  /// Errors are taken from the labels as trained, correlations from raw returns.
  @Test func targetsAndReturnsAreNotConfused() throws {
    let keys = (0..<3).map { SampleKey(date: 0, asset: $0) }
    let rows = ScoredRows(
      keys: keys, predictions: [1, 2, 3], targets: [1, 2, 3], returns: [3, 2, 1])
    let scores = DailyScores(rows, rules: try rules())
    #expect(Metric.meanAbsoluteError.value(of: scores) == 0)
    expectClose(Metric.ic.value(of: scores), -1)
    expectClose(Metric.rankIC.value(of: scores), -1)
  }

  /// By hand, for ranks 1 2 3 4 against 2.5 1 2.5 4: deviations give 3.5 / √(5 · 4.5).
  @Test func tiesShareTheirRank() throws {
    let scores = DailyScores(
      rows(predictions: [[1, 2, 3, 4]], outcomes: [[5, 0, 5, 9]]), rules: try rules())
    expectClose(Metric.rankIC.value(of: scores), 3 / (5 * 4.5).squareRoot())
    #expect(spearman([1, 2, 3, 4], [5, 0, 5, 9]) == Metric.rankIC.value(of: scores))
  }

  @Test func equalDailyICsHaveNoRatio() throws {
    let constant = try scores(ic: [0.1, 0.1, 0.1, .nan])
    expectClose(Metric.ic.value(of: constant), 0.1)
    #expect(Metric.icir.value(of: constant) == nil)
    #expect(constant.undefinedDates(of: .ic) == 1)
    // Mean 0.2, sample deviation 0.1: not divided by n, and not times √252.
    expectClose(Metric.icir.value(of: try scores(ic: [0.1, 0.2, 0.3])), 2)
  }

  @Test func correlationOfConstantsIsUndefined() {
    let tenths = [Double](repeating: 0.1, count: 7)
    #expect(pearson(tenths, [1, 2, 3, 4, 5, 6, 7]) == nil)
    #expect(pearson([1, 2, 3, 4, 5, 6, 7], tenths) == nil)
    #expect(pearson([Double](), []) == nil)
    #expect(pearson([1.0], [2.0]) == nil)
    #expect(pearson([1.0, 2], [4.0, 3]) == -1)
    #expect(spearman([0, -0.0, 1], [1, 1, 2]) == 1, "both zeros are tied")
  }
}
