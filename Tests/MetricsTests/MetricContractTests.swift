import Market
import Testing

@testable import Metrics

/// What every metric owes; a new registry line is tested on arrival.
@Suite struct MetricContractTests {
  static func noise(dates: Int, assets: Int, seed: UInt64) -> [[Float]] {
    var stream = SeedStream(seed: seed)
    return (0..<dates).map { _ in (0..<assets).map { _ in Float(stream.normal()) } }
  }

  static let dates = 30
  let predictions = noise(dates: dates, assets: 12, seed: 1)
  let outcomes = noise(dates: dates, assets: 12, seed: 2)

  func value(_ metric: Metric, _ predictions: [[Float]], _ outcomes: [[Float]]) throws -> Double? {
    let rows = rows(predictions: predictions, outcomes: outcomes)
    return metric.value(of: DailyScores(rows, rules: try rules(cost: 10), for: [metric]))
  }

  @Test(arguments: metricRegistry.entries) func isDefinedAndFiniteOnNoise(_ metric: Metric) throws {
    let value = try #require(try value(metric, predictions, outcomes))
    #expect(value.isFinite)
    #expect(!metric.title.isEmpty && !metric.summary.isEmpty)
  }

  @Test(arguments: metricRegistry.entries) func needsNoOtherMetric(_ metric: Metric) throws {
    let rows = rows(predictions: predictions, outcomes: outcomes)
    let rules = try rules(cost: 10)
    #expect(
      metric.value(of: DailyScores(rows, rules: rules, for: [metric]))
        == metric.value(of: DailyScores(rows, rules: rules)))
  }

  /// Perfect foresight beats noise, and noise beats its opposite, whatever the direction.
  @Test(arguments: metricRegistry.entries) func directionIsTheRightOne(_ metric: Metric) throws {
    // Neither risk nor turnover says how good a forecast is.
    guard !["ls_volatility", "ls_turnover"].contains(metric.id) else { return }
    // A correlation of 1 on every date has no spread, so its ratio has no value: none is better.
    let best: Double? = metric.id.hasSuffix("icir") ? .infinity : nil
    let foresight = try #require(try value(metric, outcomes, outcomes) ?? best)
    let folly = try #require(
      try value(metric, outcomes.map { $0.map { -$0 } }, outcomes) ?? best.map { -$0 })
    switch metric.direction {
    case .higherIsBetter: #expect(foresight > folly)
    case .lowerIsBetter: #expect(foresight < folly)
    }
  }

  /// Which asset comes first is nobody's business.
  @Test(arguments: metricRegistry.entries) func assetOrderDoesNotMatter(_ metric: Metric) throws {
    // With ties, so that one resolved by position would show.
    let tied = predictions.map { $0.map { ($0 * 2).rounded() / 2 } }
    let straight = try #require(try value(metric, tied, outcomes))
    let reversed = try value(metric, tied.map { $0.reversed() }, outcomes.map { $0.reversed() })
    expectClose(reversed, straight, relative: 1e-12, "\(metric.id)")
  }

  /// One missing prediction: the date is undefined, counted, and the rest stays as it is.
  @Test(arguments: metricRegistry.entries) func aMissingPredictionIsCounted(
    _ metric: Metric
  ) throws {
    for bad in [Float.nan, .infinity] {
      var holed = predictions
      holed[Self.dates - 1][4] = bad
      let scores = DailyScores(
        rows(predictions: holed, outcomes: outcomes), rules: try rules(cost: 10))
      #expect(scores.undefinedDates(of: metric) == 1)
      #expect(
        metric.value(of: scores)
          == (try value(metric, Array(predictions.dropLast()), Array(outcomes.dropLast()))))
    }
  }

  @Test(arguments: metricRegistry.entries) func nothingIsUndefinedNotZero(_ metric: Metric) throws {
    let empty = ScoredRows(keys: [], predictions: [], targets: [], returns: [])
    let unknown = predictions.map { $0.map { _ in Float.nan } }
    #expect(metric.value(of: DailyScores(empty, rules: try rules())) == nil)
    #expect(try value(metric, unknown, outcomes) == nil)
    #expect(try value(metric, predictions, unknown) == nil)
    #expect(
      DailyScores(rows(predictions: unknown, outcomes: outcomes), rules: try rules())
        .undefinedDates(of: metric) == Self.dates)
  }

  /// Constant predictions rank nothing: whatever needs a ranking is undefined, errors are not.
  @Test(arguments: metricRegistry.entries, [0.1, 1e-30, -3e30] as [Float])
  func constantPredictionsRankNothing(_ metric: Metric, level: Float) throws {
    let constant = predictions.map { $0.map { _ in level } }
    let isError = metric.measures.contains { $0.columns.contains(.rows) }
    #expect((try value(metric, constant, outcomes) != nil) == isError)
  }

  /// One asset a date has no cross-section.
  @Test(arguments: metricRegistry.entries) func oneAssetHasNoCrossSection(_ metric: Metric) throws {
    let single = try value(metric, predictions.map { [$0[0]] }, outcomes.map { [$0[0]] })
    #expect((single != nil) == metric.measures.contains { $0.columns.contains(.rows) })
  }

  /// One date has a mean but no spread.
  @Test(arguments: metricRegistry.entries) func oneDateHasNoSpread(_ metric: Metric) throws {
    let single = try value(metric, [predictions[0]], [outcomes[0]])
    let needsSpread = [
      "icir", "rank_icir", "ls_volatility", "ls_sharpe", "ls_sharpe_net",
    ]
    #expect((single == nil) == needsSpread.contains(metric.id))
  }
}
