import Market
import Metrics

/// Compares a run with a baseline and judges every training source, family and metric.
public struct Gate {
  public let policy: GatePolicy

  /// - Parameter policy: One that was validated.
  public init(_ policy: GatePolicy = GatePolicy()) { self.policy = policy }

  /// Finds out before anything takes long whether the policy can be applied to a baseline.
  ///
  /// - Parameters:
  ///   - baseline: What will be compared with.
  ///   - families: Names of the rows that the run will have.
  /// - Throws: `GateError` for a policy that asks for what there is not, or for nothing that there is.
  public func check(_ baseline: Baseline, families: [String]) throws(GateError) {
    for metric in policy.metrics where !baseline.metrics.contains(metric.id) {
      throw .metricNotKept(metric.id, kept: baseline.metrics)
    }
    try checkNames("families", policy.families, among: baseline.rows.map(\.name) + families)
    guard baseline.rows.contains(where: policy.covers) else {
      throw .nothingGated(
        baseline.rows.map { "\($0.trainingSource)/\($0.name)" }.joined(separator: ", "))
    }
  }

  private func checkNames(
    _ key: String, _ wanted: [String], among known: [String]
  ) throws(GateError) {
    for name in wanted where !known.contains(name) {
      throw .unknownRow(key, name, known: Set(known).sorted())
    }
  }

  /// - Throws: `GateError` for a policy that asks for what neither side has.
  public func judge(_ run: Baseline, against baseline: Baseline) throws -> GateReport {
    try checkNames(
      "sources", policy.sources, among: (baseline.rows + run.rows).map(\.trainingSource))
    try check(baseline, families: run.rows.map(\.name))
    let comparability = try Comparability(run, with: baseline)
    var comparisons: [GateComparison] = []
    for row in baseline.rows where policy.covers(row) {
      for gated in policy.metrics {
        comparisons.append(
          try RowComparison(
            policy: policy, gated: gated, comparability: comparability, baseline: baseline,
            run: run
          ).compare(row))
      }
    }
    try settle(&comparisons)
    let known = Set(baseline.rows.map(\.id))
    return GateReport(
      policy: policy, baselineTitle: baseline.title, runTitle: run.title,
      dataset: run.dataset.name,
      comparisons: comparisons,
      budgets: comparability.obstacles.isEmpty ? budgets(run, baseline) : [],
      newRows: run.rows.filter { !known.contains($0.id) }
        .map { "\($0.trainingSource)/\($0.name)" },
      notes: comparability.notes)
  }

  // MARK: - Verdicts

  /// Adjusts p values over every comparison whose predictions differ, and gives those their verdict.
  ///
  /// Where predictions are the same the hypothesis "not worse" is known to hold: it cannot be
  /// rejected falsely, and need not be paid for.
  private func settle(_ comparisons: inout [GateComparison]) throws {
    let open = comparisons.indices.filter { comparisons[$0].pValue != nil }
    let estimates = open.map { comparisons[$0].estimate }
    let worse = Holm.adjusted(open.map { comparisons[$0].pValue })
    let better = Holm.adjusted(
      try zip(open, estimates).map { index, estimate in
        let it = comparisons[index]
        return estimate.pValue(
          betterByMoreThan: it.tolerance ?? 0,
          better: try metricRegistry.require(it.metric).direction)
      })
    for (place, index) in open.enumerated() {
      comparisons[index].adjustedPValue = worse[place]
      comparisons[index].minimalDetectableEffect = estimates[place].minimalDetectableEffect(
        power: policy.power, level: policy.alpha / Double(max(1, open.count)))
      comparisons[index].judge(
        worse: worse[place] ?? 1, better: better[place] ?? 1, policy: policy,
        tests: open.count)
    }
  }

  private func budgets(_ run: Baseline, _ baseline: Baseline) -> [BudgetComparison] {
    guard policy.budget.acrossMachines || run.versions.isSameMachine(as: baseline.versions) else {
      return []
    }
    return baseline.rows.filter(policy.covers).flatMap { old -> [BudgetComparison] in
      guard let new = run.row(like: old) else { return [] }
      return BudgetComparison.all(of: new, against: old, policy.budget)
    }
  }
}
