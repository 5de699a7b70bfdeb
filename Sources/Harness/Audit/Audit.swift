import Datasets
import Foundation
import Market
import Metrics
import Models
import Splits

/// Proves, on markets whose truth is known, that the harness neither leaks nor misses a leak.
///
/// Three experiments: independent returns, where no honest model can show skill; a feature that is
/// the label itself, which must be seen and flagged; and overlapping labels with the purge switched
/// off, which must inflate skill that the purge removes.
public struct Audit {
  /// Size of the markets used; the default takes well under a minute.
  public var assets = 48
  public var dates = 480
  public var seed = 7

  public init() {}

  public func run() throws -> [AuditFinding] {
    try noise() + [plantedLabel()] + [missingPurge()]
  }

  // MARK: - No skill where there is nothing to know

  /// Every family of the quick profile on independent returns: each interval must cover zero.
  ///
  /// Intervals are widened for the number of families (Bonferroni), so that the audit as a whole
  /// errs in one case out of a hundred.
  func noise() throws -> [AuditFinding] {
    var experiment = Profile.quick.experiment
    experiment.dataset = "noise"
    experiment.datasetParameters = marketParameters
    experiment.seeds = 1
    experiment.sources = [.real]
    experiment.split = SplitSpec()
    experiment.split.embargo = 10
    experiment.explain.rows = 0
    experiment.intervals.level = 1 - 0.01 / Double(experiment.families.count)
    let leaderboard = try leaderboard(of: experiment.resolved())
    return leaderboard.rows.map { row in
      guard row.failed == 0 else {
        return AuditFinding(
          check: "noise: \(row.family)", passed: false, detail: "\(row.failed) cells failed")
      }
      let scores = ["rank_ic", "ic"].compactMap { row.metrics[$0] }
      let intervals = scores.compactMap { score in
        score.low.flatMap { low in score.high.map { (low, $0) } }
      }
      guard intervals.count == 2 else {
        return AuditFinding(
          check: "noise: \(row.family)", passed: row.isYardstick,
          detail: "constant predictions: no correlation")
      }
      let detail = zip(["RankIC", "IC"], zip(scores, intervals)).map { name, found in
        String(
          format: "%@ %.4f in [%.4f, %.4f]", name, found.0.mean ?? .nan, found.1.0, found.1.1)
      }
      return AuditFinding(
        check: "noise: \(row.family)",
        passed: intervals.allSatisfy { $0.0 <= 0 && $0.1 >= 0 },
        detail: detail.joined(separator: ", "))
    }
  }

  // MARK: - A leak is seen

  /// The linear family given the label as a feature: RankIC near 1, and the row is flagged.
  func plantedLabel() throws -> AuditFinding {
    let workbench = try noiseBench(label: .standard)
    let honest = try workbench.experiment.features.compute(on: workbench.dataset.panel)
    let planted = planting(workbench.labels.targets, in: honest)
    let runner = try CellRunner(workbench, features: planted)
    let plan = try Plan(workbench)
    let directory = try temporaryDirectory(for: workbench.experiment)
    defer { try? FileManager.default.removeItem(at: directory.url) }
    for cell in plan.cells {
      let (record, predictions) = runner.run(cell)
      try directory.store(record, predictions, of: cell, on: workbench)
    }
    let row = try Leaderboard(plan, of: workbench, from: directory).rows.first {
      $0.family == "linear"
    }
    let reached = row?.metrics["rank_ic"]?.mean ?? .nan
    let isFlagged = row?.warnings.isEmpty == false
    return AuditFinding(
      check: "planted label", passed: reached > 0.9 && isFlagged,
      detail: String(
        format: "RankIC %.3f, %@", reached, isFlagged ? "flagged as a leak" : "not flagged"))
  }

  private func planting(_ column: [Float], in features: FeaturePanel) -> FeaturePanel {
    let width = features.columns.count
    var values: [Float] = []
    values.reserveCapacity(features.dates * features.assets * (width + 1))
    for date in 0..<features.dates {
      for asset in 0..<features.assets {
        for index in 0..<width { values.append(features[date, asset, index]) }
        values.append(column[date * features.assets + asset])
      }
    }
    return FeaturePanel(
      dates: features.dates, assets: features.assets, columns: features.columns + ["planted"],
      window: features.window, values: values)
  }

  // MARK: - The purge does its work

  /// Labels of 20 dates, predicted by the label of the nearest training date of the same asset.
  ///
  /// On independent returns that is worth nothing, unless training labels overlap the tested ones.
  func missingPurge() throws -> AuditFinding {
    let label = try LabelSpec(entryLag: 1, horizon: 20)
    let purged = try nearestLabelIC(noiseBench(label: label))
    let unpurged = try nearestLabelIC(
      noiseBench(label: label, purgedFor: LabelSpec(entryLag: 0, horizon: 1)))
    return AuditFinding(
      check: "purge", passed: abs(purged) < 0.1 && unpurged > purged + 0.2,
      detail: String(
        format: "overlapping labels: IC %.3f without the purge, %.3f with it", unpurged, purged))
  }

  /// Mean daily IC of the nearest training label, over all folds.
  private func nearestLabelIC(_ workbench: Workbench) throws -> Double {
    var daily: [Double] = []
    for fold in workbench.folds {
      let known = (fold.train + fold.validation).sorted()
      for date in fold.test {
        guard let nearest = known.min(by: { abs($0 - date) < abs($1 - date) }) else { continue }
        let rows = workbench.rows(on: [date])
        let guesses = workbench.targets(
          of: rows.map { SampleKey(date: nearest, asset: Int($0.asset)) })
        let truth = workbench.returns(of: rows)
        let pairs = zip(guesses, truth).filter { !$0.0.isNaN }
        if let ic = pearson(pairs.map { Double($0.0) }, pairs.map { Double($0.1) }) {
          daily.append(ic)
        }
      }
    }
    return daily.reduce(0, +) / Double(max(1, daily.count))
  }

  // MARK: - Benches

  private var marketParameters: JSONValue {
    .object(["assets": .integer(assets), "dates": .integer(dates), "seed": .integer(seed)])
  }

  /// Independent returns, twelve short test blocks, purged for another label where one is given.
  private func noiseBench(
    label: LabelSpec, purgedFor purged: LabelSpec? = nil
  ) throws -> Workbench {
    var experiment = Profile.quick.experiment
    experiment.dataset = "noise"
    experiment.datasetParameters = marketParameters
    experiment.families = [FamilyChoice("linear")]
    experiment.sources = [.real]
    experiment.label = label
    experiment.split.folds = 12
    experiment.split.embargo = 0
    let resolved = try experiment.resolved()
    return try Workbench(
      resolved, on: DatasetReference(resolved).load(),
      divided: resolved.split.splitter(for: purged ?? label))
  }

  private func leaderboard(of experiment: Experiment) throws -> Leaderboard {
    let directory = try temporaryDirectory(for: experiment)
    defer { try? FileManager.default.removeItem(at: directory.url) }
    guard let leaderboard = try Run(experiment, in: directory).execute()?.leaderboard else {
      throw CancellationError()
    }
    return leaderboard
  }

  private func temporaryDirectory(for experiment: Experiment) throws -> RunDirectory {
    let directory = RunDirectory(
      FileManager.default.temporaryDirectory
        .appendingPathComponent("qbench-audit-\(UUID().uuidString)").path)
    _ = try directory.prepare(for: experiment)
    return directory
  }
}
