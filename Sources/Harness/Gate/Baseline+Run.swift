import Digest
import Foundation
import Market
import Metrics
import Models

extension Baseline {
  /// Sums up what lies in a run directory, failed and absent cells too.
  ///
  /// `metrics` names those whose daily numbers are to be kept; `bootstrap` says how dates are resampled
  /// for the standard errors of the scores.
  /// - Throws: `UserFacingError` for an unknown metric, a directory that is no run, or data that
  ///   cannot be read.
  public init(
    of directory: RunDirectory, metrics ids: [String], bootstrap: GateBootstrap = GateBootstrap()
  ) throws {
    guard !ids.isEmpty, Set(ids).count == ids.count else {
      throw SpecError.invalid(
        key: "metrics", value: ids.isEmpty ? "empty" : ids.joined(separator: ","),
        accepted: "at least one metric, each once")
    }
    let metrics = try ids.map { id throws(SpecError) in try metricRegistry.require(id) }
    let workbench = try Workbench(directory.readSpec())
    let experiment = workbench.experiment
    let plan = try Plan(workbench)
    let scorer = try RowScorer(workbench, from: directory)
    let resamples = try bootstrap.resamples(
      over: scorer.calendar, reach: experiment.label.reach)
    rows = try plan.rows.map { row in
      try BaselineRow(
        row, cells: plan.cells(of: row), of: scorer, from: directory, metrics: metrics,
        resamples: resamples, shared: experiment.features)
    }
    title = experiment.title
    versions = try BaselineVersions(directory.environment() ?? .current())
    specSHA256 = try SHA256Digest(of: Array(StrictJSON.encode(experiment.trains))).hex
    dataset = Leaderboard.Market(of: workbench, testRows: scorer.rowsPerReplicate)
    label = experiment.label
    features = experiment.features
    featuresRevision = try experiment.features.revision()
    split = experiment.split
    portfolio = experiment.portfolio
    seed = experiment.seed
    device = experiment.device
    self.metrics = ids
  }
}

extension BaselineRow {
  /// `shared` is what families of the run see that have no features of their own.
  /// - Throws: `UserFacingError` where stored predictions cannot be read; damaged ones count as
  ///   a failed cell.
  init(
    _ row: Plan.Row, cells: [Harness.Cell], of scorer: RowScorer, from directory: RunDirectory,
    metrics: [Metric], resamples: SeededResamples, shared: FeatureChoice
  ) throws {
    var (kept, failures) = ([Cell](), [Failure]())
    var predictions: [Int: [Int: ScoredRows]] = [:]
    for cell in cells {
      switch try Self.outcome(of: cell, scorer, directory) {
      case .success(let (rows, record)):
        predictions[cell.seed, default: [:]][cell.fold] = rows
        kept.append(try Cell(cell, rows, record))
      case .failure(let reason): failures.append(reason.failure)
      }
    }
    let seeds = Set(cells.map(\.seed)).sorted().filter { seed in
      !failures.contains { $0.seed == seed }
    }
    let columns = Set(metrics.flatMap(\.columns)).sorted { $0.name < $1.name }
    let daily = seeds.map { seed in
      scorer.paths.map { segments in
        DailyScores(
          ScoredRows(joining: segments.map { ($0.dates, predictions[seed]?[$0.fold]) }),
          rules: scorer.rules, for: metrics)
      }
    }
    // On sampled markets a seed may lack dates that another has.
    let calendar = scorer.calendar
    let aligned = daily.map { $0.map { $0.spread(over: calendar, columns) } }
    self.daily = zip(seeds, aligned).flatMap { seed, paths in
      paths.enumerated().flatMap { path, scores in
        columns.map { column in
          DailySeries(
            seed: seed, path: path, column: column.name, numbers: scores[column])
        }
      }
    }
    trainingSource = row.source
    name = row.name
    family = row.family
    isYardstick = row.isYardstick
    if row.family == Oracle.id {
      (isSeeded, revision) = (false, Oracle.revision)
    } else {
      let entry = try modelRegistry.require(row.family)
      // A source that samples markets makes every row depend on chance.
      (isSeeded, revision) = (entry.isSeeded || row.source != "real", entry.revision)
    }
    hyperparameters = cells.first?.hyperparameters ?? .object([:])
    features = cells.first.flatMap { $0.features == shared ? nil : $0.features }
    dates = PositionRanges(calendar)
    paths = scorer.paths.map { FoldSegments($0) }
    self.cells = kept
    self.failures = failures
    let seeded = SeededScores(
      seeds: aligned, folds: scorer.paths.map { FoldSegments($0).folds(of: calendar) })
    let dependsOnChance = isSeeded
    scores = Dictionary(
      uniqueKeysWithValues: metrics.map { metric in
        let estimate =
          seeds.isEmpty
          ? nil : resamples.estimate(metric, of: seeded, dependsOnChance: dependsOnChance)
        return (
          metric.id,
          Score(
            mean: estimate?.point, standardError: estimate?.standardError,
            undefinedDates: daily.joined().reduce(0) { $0 + $1.undefinedDates(of: metric) })
        )
      })
  }

  /// What a cell left behind: rows and record, or why it has none.
  private static func outcome(
    of cell: Harness.Cell, _ scorer: RowScorer, _ directory: RunDirectory
  ) throws -> Result<(ScoredRows, CellRecord), Missing> {
    func missing(_ stage: String, _ reason: String) -> Result<(ScoredRows, CellRecord), Missing> {
      .failure(
        Missing(
          failure: Failure(fold: cell.fold, seed: cell.seed, stage: stage, reason: reason)))
    }
    guard let record = directory.record(of: cell.key) else {
      return missing(
        "start",
        "it was never carried out, or something it depends on changed since; "
          + "carry it out: qbench run SPEC --out \(directory.url.relativePath)")
    }
    if let failure = record.failure { return missing(failure.stage.rawValue, failure.reason) }
    do {
      return .success((try scorer.verified(cell), record))
    } catch RunDirectoryError.damaged(_, let reason) {
      return missing("record", "its predictions were set aside: \(reason)")
    }
  }

  private struct Missing: Error { let failure: Failure }
}

extension DailyScores {
  /// The same numbers on other dates, which hold all of these; NaN on the dates that are new.
  fileprivate func spread(over calendar: [Int], _ columns: [DailyColumn]) -> DailyScores {
    if dates == calendar { return self }
    let places = Dictionary(uniqueKeysWithValues: dates.enumerated().map { ($1, $0) })
    var values: [DailyColumn: [Double]] = [:]
    for column in columns {
      let own = self[column]
      values[column] = calendar.map { date in places[date].map { own[$0] } ?? .nan }
    }
    return DailyScores(dates: calendar, rules: rules, values: values)
  }
}

extension BaselineRow.Cell {
  init(_ cell: Harness.Cell, _ rows: ScoredRows, _ record: CellRecord) throws {
    let spent = (record.seconds["fit"] ?? 0) + (record.seconds["predict"] ?? 0)
    let keys = rows.keys.flatMap { [UInt32(bitPattern: $0.date), UInt32(bitPattern: $0.asset)] }
    self.init(
      fold: cell.fold, seed: cell.seed, key: cell.key,
      rows: try Self.digest(keys + rows.targets.map(\.bitPattern) + rows.returns.map(\.bitPattern)),
      predictions: try Self.digest(rows.predictions.map(\.bitPattern)),
      seconds: (spent * 1000).rounded() / 1000, megabytes: record.peakMegabytes)
  }

  /// Of 32-bit numbers, low byte first; half of it is plenty to tell contents apart.
  private static func digest(_ numbers: [UInt32]) throws -> String {
    let bytes = numbers.flatMap { number in
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
    return String(try SHA256Digest(of: bytes).hex.prefix(32))
  }
}
