import Market
import Metrics

extension GateCalibration {
  /// Tries the gate on the seeds of a baseline: each trial draws two groups without a training in common.
  ///
  /// They are drawn for every fold by itself, as every fold is trained by itself: what two folds of one seed
  /// happen to share would otherwise be in all trials alike. Trials share trainings, so their shares are less certain
  /// than their number says. Rows that depend on no chance, or hold too few seeds, are left out.
  /// - Throws: `SpecError` where no row has enough seeds.
  public static func ofSeeds(
    in baseline: Baseline, seeds: Int, trials: Int, policy: GatePolicy
  ) throws -> GateCalibration {
    guard let gated = policy.metrics.first else {
      throw SpecError.invalid(key: "metrics", value: "empty", accepted: "at least one metric")
    }
    let metric = try metricRegistry.require(gated.id)
    guard baseline.metrics.contains(metric.id) else {
      throw GateError.metricNotKept(metric.id, kept: baseline.metrics)
    }
    var lines: [Line] = []
    for row in baseline.rows where row.isSeeded && policy.covers(row) {
      let there = row.completeSeeds
      guard there.count >= 2 * seeds,
        let all = row.scores(of: metric, seeds: there, rules: baseline.rules)
      else { continue }
      let resamples = try policy.bootstrap.resamples(
        over: row.dates.positions, reach: baseline.label.reach)
      var stream = SeedTree(root: 0).stream("calibration", row.trainingSource, row.name)
      var collected = CalibrationTrials(policy, metric)
      for _ in 0..<trials {
        let drawn = Dictionary(
          uniqueKeysWithValues: all.foldNumbers.map { fold in
            (fold, Array(there.indices).shuffled(using: &stream))
          })
        func group(_ places: Range<Int>) -> SeededScores {
          all.assembled(
            from: drawn.mapValues { Array($0[places]) }, columns: metric.columns)
        }
        let (one, other) = (group(0..<seeds), group(seeds..<2 * seeds))
        guard
          let estimate = resamples.estimate(
            metric, of: one, from: other, dependsOnChance: true)
        else { continue }
        let own = resamples.estimate(metric, of: other, dependsOnChance: true)
        collected.add(
          estimate, tolerance: gated.tolerance.amount(standardError: own?.standardError) ?? 0)
      }
      lines.append(
        collected.line(
          "\(row.trainingSource)/\(row.name)", seeds: seeds,
          folds: Set(all.folds.joined()).count))
    }
    guard !lines.isEmpty else {
      throw SpecError.invalid(
        key: "--seeds", value: "\(seeds)",
        accepted: "at most half of the seeds that a row of the baseline holds")
    }
    return GateCalibration(
      metric: metric.id, alpha: policy.alpha, targetPower: policy.power, lines: lines)
  }
}
