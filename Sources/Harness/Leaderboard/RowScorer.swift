import Datasets
import Market
import Metrics
import Splits

/// Scores rows of the leaderboard from stored predictions.
///
/// A *replicate* is one seed over one set of test dates: all folds together, or one path of a
/// combinatorial split. Every metric is the mean over replicates; the same resampled dates serve
/// every row and metric, so that rows can be compared.
struct RowScorer {
  /// Skill beyond this has never been seen in daily returns: something leaks.
  static let incredibleRankIC = 0.5

  /// A row and the daily scores it was made from.
  struct Scored {
    let training: TrainingSource
    let row: LeaderboardRow
    /// One a seed and path, paths within seeds; of seeds without a failed cell.
    let replicates: [DailyScores]
  }

  let rowsPerReplicate: Int
  let workbench: Workbench
  private let directory: RunDirectory
  let rules: ScoringRules
  let resamples: Resamples
  /// For each path, which dates are taken from which fold.
  let paths: [[(fold: Int, dates: Range<Int>)]]

  init(_ workbench: Workbench, from directory: RunDirectory) throws {
    self.workbench = workbench
    self.directory = directory
    let experiment = workbench.experiment
    rules = ScoringRules(label: experiment.label, portfolio: experiment.portfolio)
    if let combinatorial = workbench.splitter as? CombinatorialPurgedKFold {
      paths = try combinatorial.paths(dates: workbench.labels.labelledDates).map { path in
        path.segments.map { ($0.fold, $0.dates) }
      }
    } else {
      paths = [
        workbench.folds.compactMap { fold in
          guard let first = fold.test.first, let last = fold.test.last else { return nil }
          return (fold.index, first..<last + 1)
        }
      ]
    }
    let tested = Set(workbench.folds.flatMap(\.test)).sorted()
    let rows = workbench.rows(on: tested)
    rowsPerReplicate = rows.count
    let calendar = Set(rows.map { Int($0.date) }).sorted()
    let automatic = MovingBlockBootstrap.defaultBlockLength(
      dates: calendar.count, reach: experiment.label.reach)
    let bootstrap = try MovingBlockBootstrap(
      blockLength: experiment.intervals.blockLength > 0
        ? experiment.intervals.blockLength : automatic,
      resamples: experiment.intervals.resamples, confidence: experiment.intervals.level)
    resamples = bootstrap.draw(
      over: calendar, from: SeedTree(root: experiment.seed).stream("intervals"))
  }

  /// The scores of one row; a seed with a failed or missing cell counts in none of them.
  func score(_ row: Plan.Row, cells: [Cell]) throws -> Scored {
    let failed = cells.count { !directory.hasPredictions(of: $0.key) }
    let replicates = try (0..<row.seeds).flatMap { seed in
      try dailyScores(of: cells.filter { $0.seed == seed })
    }
    var metrics: [String: LeaderboardRow.Score] = [:]
    for metric in metricRegistry.entries {
      let estimate = resamples.estimate(metric, of: replicates)
      metrics[metric.id] = LeaderboardRow.Score(
        mean: estimate.mean, low: estimate.interval?.low, high: estimate.interval?.high,
        undefinedDates: estimate.undefinedDates)
    }
    let scored = LeaderboardRow(
      trainingSource: row.source, family: row.family, name: row.name,
      isYardstick: row.isYardstick, seeds: row.seeds, folds: workbench.folds.count,
      failed: failed, metrics: metrics, shareOfOracle: nil,
      warnings: warnings(
        for: row,
        rankIC: metrics["rank_ic"] ?? .init(mean: nil, low: nil, high: nil, undefinedDates: 0)))
    return Scored(training: row.training, row: scored, replicates: replicates)
  }

  /// The dates that have test rows.
  var calendar: [Int] { resamples.calendar }

  /// How many histories a seed has: the backtest paths of a combinatorial split, else one.
  var pathCount: Int { paths.count }

  /// Means of a series over the calendar's blocks, as many as the split has folds or groups.
  func blockMeans(of series: [Double]) -> [Double] {
    let blocks = workbench.experiment.split.folds
    return (0..<blocks).map { block in
      let range = series.count * block / blocks..<series.count * (block + 1) / blocks
      let known = series[range].filter(\.isFinite)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }

  /// One entry a path for a seed whose folds are all there, else none.
  private func dailyScores(of cells: [Cell]) throws -> [DailyScores] {
    guard cells.allSatisfy({ directory.hasPredictions(of: $0.key) }) else { return [] }
    var byFold: [Int: ScoredRows] = [:]
    for cell in cells {
      byFold[cell.fold] = try verified(cell)
    }
    return paths.map { segments in
      DailyScores(ScoredRows(joining: segments.map { ($0.dates, byFold[$0.fold]) }), rules: rules)
    }
  }

  /// A cell's predictions, which must be its own and cover exactly the fold's test rows.
  ///
  /// - Throws: `RunDirectoryError.damaged` where they do not; the cell then counts as missing.
  func verified(_ cell: Cell) throws -> ScoredRows {
    let path = directory.predictionsPath(of: cell.key)
    func discard(because reason: String) -> RunDirectoryError {
      directory.discard(cell.key)
      return .damaged(path, reason)
    }
    let stored: PredictionRows
    do {
      stored = try directory.predictions(of: cell.key)
    } catch let error as StorageError {
      throw discard(because: "\(error)")
    }
    guard stored.cell["key"] == cell.key else {
      throw discard(because: "it holds the predictions of another cell")
    }
    let rows = try stored.scored(on: workbench.dataset.panel, named: path)
    let test = workbench.folds[cell.fold].test
    let isWhole =
      cell.training.kind == .reverse
      ? Set(rows.keys.map { Int($0.date) }).isSubset(of: test)
      : rows.keys == workbench.rows(on: test)
    guard isWhole else {
      throw discard(because: "its rows are not the test rows of fold \(cell.fold)")
    }
    return rows
  }

  private func warnings(for row: Plan.Row, rankIC: LeaderboardRow.Score) -> [String] {
    // With few assets chance alone goes far: the whole interval must lie beyond belief.
    guard row.family != Oracle.id, row.training.kind != .reverse, let mean = rankIC.mean,
      min(abs(rankIC.low ?? mean), abs(rankIC.high ?? mean)) > Self.incredibleRankIC / 2,
      abs(mean) > Self.incredibleRankIC
    else { return [] }
    return [
      "a mean RankIC beyond ±\(Self.incredibleRankIC) is too good to be true: "
        + "look for a feature that holds the label"
    ]
  }
}

extension ScoredRows {
  /// Rows of several folds, each on dates of its own, joined in date order.
  init(joining parts: [(dates: Range<Int>, rows: ScoredRows?)]) {
    var (keys, predictions) = ([SampleKey](), [Float]())
    var (targets, returns) = ([Float](), [Float]())
    for part in parts.sorted(by: { $0.dates.lowerBound < $1.dates.lowerBound }) {
      guard let rows = part.rows else { continue }
      for row in rows.keys.indices where part.dates.contains(Int(rows.keys[row].date)) {
        keys.append(rows.keys[row])
        predictions.append(rows.predictions[row])
        targets.append(rows.targets[row])
        returns.append(rows.returns[row])
      }
    }
    self.init(keys: keys, predictions: predictions, targets: targets, returns: returns)
  }
}
