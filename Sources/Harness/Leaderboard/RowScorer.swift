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
    /// RankIC by date of the calendar at each of the scorer's horizons, the mean over replicates; none for
    /// rows that are not trained on real ones alone.
    let overHorizons: [[Double]]
  }

  let rowsPerReplicate: Int
  let workbench: Workbench
  private let directory: RunDirectory
  let rules: ScoringRules
  let resamples: Resamples
  /// For each path, which dates are taken from which fold.
  let paths: [[(fold: Int, dates: Range<Int>)]]
  private let decay: HorizonDecay

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
    let (panel, label) = (workbench.dataset.panel, experiment.label)
    let horizons = HorizonScores.horizons(for: label, dates: panel.dates)
    decay = HorizonDecay(
      horizons: horizons, keys: rows,
      returns: try horizons.map { horizon in
        let forward = try Labels(
          LabelSpec(entryLag: label.entryLag, horizon: horizon, transform: .none), of: panel
        ).returns
        return rows.map { forward[Int($0.date) * panel.assets + Int($0.asset)] }
      })
  }

  /// The scores of one row; a seed with a failed or missing cell counts in none of them.
  func score(_ row: Plan.Row, cells: [Cell]) throws -> Scored {
    let failed = cells.count { !directory.hasPredictions(of: $0.key) }
    var (replicates, fading) = ([DailyScores](), [[[Double]]]())
    for seed in 0..<row.seeds {
      for rows in try replicateRows(of: cells.filter { $0.seed == seed }) {
        replicates.append(DailyScores(rows, rules: rules))
        if row.training == .real { fading.append(decay.daily(rows.predictions)) }
      }
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
    return Scored(
      training: row.training, row: scored, replicates: replicates,
      overHorizons: fading.isEmpty
        ? []
        : decay.horizons.indices.map { horizon in
          Self.mean(of: fading.map { $0[horizon] }, dates: decay.dates.count)
        })
  }

  /// How far ahead `overHorizons` looks.
  var horizons: [Int] { decay.horizons }

  /// The test dates in the blocks in which they are tested: folds, windows, or groups.
  var blocks: [Range<Int>] {
    (paths.first ?? []).map { $0.dates }.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// The portfolio's return after costs by date of the calendar, the mean over replicates.
  func netReturns(of scored: Scored) -> [Double] {
    let series = scored.replicates.map { scores in
      let place = Dictionary(
        uniqueKeysWithValues: zip(scores.dates, scores.longShortReturns(afterCosts: true)))
      return resamples.calendar.map { place[$0] ?? .nan }
    }
    return Self.mean(of: series, dates: resamples.calendar.count)
  }

  /// Date by date over the series that are defined on it; NaN where none is.
  private static func mean(of series: [[Double]], dates: Int) -> [Double] {
    (0..<dates).map { date in
      let known = series.map { $0[date] }.filter(\.isFinite)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }

  /// The dates that have test rows.
  var calendar: [Int] { resamples.calendar }

  /// How many histories a seed has: the backtest paths of a combinatorial split, else one.
  var pathCount: Int { paths.count }

  /// Means of a series over the calendar in each of `blocks`; NaN where it is defined on no date.
  func blockMeans(of series: [Double]) -> [Double] {
    blocks.map { block in
      let known = zip(calendar, series).filter { block.contains($0) && $1.isFinite }.map(\.1)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }

  /// One entry a path for a seed whose folds are all there, else none.
  private func replicateRows(of cells: [Cell]) throws -> [ScoredRows] {
    guard cells.allSatisfy({ directory.hasPredictions(of: $0.key) }) else { return [] }
    var byFold: [Int: ScoredRows] = [:]
    for cell in cells {
      byFold[cell.fold] = try verified(cell)
    }
    return paths.map { segments in
      ScoredRows(joining: segments.map { ($0.dates, byFold[$0.fold]) })
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
