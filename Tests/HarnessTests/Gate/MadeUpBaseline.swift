import Market
import Metrics

@testable import Harness

extension GateBootstrap {
  /// As few resamples as a policy may ask for, so that tests are quick.
  static var few: GateBootstrap {
    var bootstrap = GateBootstrap()
    bootstrap.resamples = 100
    return bootstrap
  }
}

extension GatePolicy {
  /// The default policy with few resamples.
  static var quick: GatePolicy {
    var policy = GatePolicy()
    policy.bootstrap = .few
    return policy
  }
}

/// Baselines whose daily scores are made up, so that the right verdict is known.
struct MadeUpBaseline {
  /// What a row scores: `level` plus what the market does (the same in all) plus the noise of a seed.
  struct Row {
    var name = "dnn"
    var source = "real"
    var level = 0.05
    /// Another number is another training of the same model.
    var training: UInt64 = 1
    var seeds = [0, 1, 2, 3]
    var isSeeded = true
    var noise = 0.015
    var metric = "rank_ic"
    var seconds = 10.0
    var megabytes = 300
    var failure: BaselineRow.Failure?
    /// Digest of the predictions; the training and level unless said otherwise.
    var predictions: String?
    var isUndefined = false
    var hyperparameters = JSONValue.object([:])
    var features: FeatureChoice?
  }

  var dates = 150
  var rows = [Row()]
  var metrics = ["rank_ic"]
  var data = "aaaaaaaaaaaa"
  var label = LabelSpec.standard
  var folds = 3
  var features = FeatureChoice()
  var portfolio = PortfolioSpec.standard
  var processor = "one"

  func made() throws -> Baseline {
    var split = SplitSpec()
    split.folds = folds
    var environment = BaselineVersions(try .current())
    environment.processor = processor
    return Baseline(
      title: "made up", versions: environment, specSHA256: "0",
      dataset: Leaderboard.Market(
        name: "made up", title: "made up", isSimulated: true, contentSHA256: data, dates: dates + 2,
        firstDate: "2015-01-01", lastDate: "2016-01-01", assets: 8, testRows: 8 * dates),
      label: label, features: features, featuresRevision: 1, split: split, portfolio: portfolio,
      seed: 1, device: "cpu", metrics: metrics, rows: try rows.map(row))
  }

  private func row(_ given: Row) throws -> BaselineRow {
    let metric = try metricRegistry.require(given.metric)
    let foldOfDate = (0..<dates).map { $0 * 3 / dates }
    var daily: [DailySeries] = []
    var scores: [DailyScores] = []
    for seed in given.seeds {
      var market = SeedStream(seed: 5)
      var own = SeedTree(root: given.training).stream(given.name, "\(seed)")
      let numbers = (0..<dates).map { _ in
        given.isUndefined
          ? Double.nan : given.level + 0.1 * market.normal() + given.noise * own.normal()
      }
      var values: [DailyColumn: [Double]] = [:]
      for column in metric.columns {
        // Errors are a sum over the 8 rows of a date.
        values[column] = column == .rows ? numbers.map { _ in 8 } : numbers
        daily.append(
          DailySeries(seed: seed, path: 0, column: column.name, numbers: values[column] ?? []))
      }
      scores.append(
        DailyScores(
          dates: Array(0..<dates), rules: ScoringRules(label: label, portfolio: portfolio),
          values: values))
    }
    let estimate = try GateBootstrap.few.resamples(over: Array(0..<dates), reach: 2)
      .estimate(
        metric, of: SeededScores(seeds: scores.map { [$0] }, folds: [foldOfDate]),
        dependsOnChance: given.isSeeded)
    let mark = given.predictions ?? "\(given.training) \(given.level)"
    return BaselineRow(
      trainingSource: given.source, name: given.name, family: given.name, isYardstick: false,
      isSeeded: given.isSeeded, revision: 1, hyperparameters: given.hyperparameters,
      features: given.features,
      dates: PositionRanges(Array(0..<dates)),
      paths: [FoldSegments((0..<3).map { ($0, $0 * dates / 3..<($0 + 1) * dates / 3) })],
      cells: given.seeds.flatMap { seed in
        (0..<3).filter { given.failure?.fold != $0 || given.failure?.seed != seed }.map { fold in
          BaselineRow.Cell(
            fold: fold, seed: seed, key: "\(fold)-\(seed)", rows: "rows", predictions: mark,
            seconds: given.seconds / 12, megabytes: given.megabytes)
        }
      },
      failures: given.failure.map { [$0] } ?? [],
      scores: [
        given.metric: BaselineRow.Score(
          mean: estimate?.point, standardError: estimate?.standardError, undefinedDates: 0)
      ],
      daily: daily)
  }
}
