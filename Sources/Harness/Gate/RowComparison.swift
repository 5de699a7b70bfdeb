import Market
import Metrics

/// Compares one row of the baseline in one metric.
struct RowComparison {
  let policy: GatePolicy
  let gated: GatedMetric
  let comparability: Comparability
  let baseline: Baseline
  let run: Baseline

  /// A comparison with its final verdict, or with the p value that one is to be made of.
  func compare(_ old: BaselineRow) throws -> GateComparison {
    let metric = try metricRegistry.require(gated.id)
    var result = GateComparison(old, metric: metric.id, verdict: .pass)
    result.baseline = old.scores[metric.id]?.mean
    if let obstacle = comparability.obstacle(to: metric) {
      result.verdict = .incomparable
      result.message = obstacle
      return result
    }
    guard let new = run.row(like: old) else {
      result.verdict = .missing
      result.message =
        "the baseline has this row and the run does not; run it too, or accept its end: "
        + "qbench baseline write DIR --out FILE"
      return result
    }
    result.run = new.scores[metric.id]?.mean
    result.notes = try Comparability.changes(of: new, from: old) + seedNotes(new, old)
    if let failure = new.failures.first {
      result.verdict = .missing
      result.message = describe(new.failures, first: failure)
      return result
    }
    let seeds = Set(old.completeSeeds).intersection(new.completeSeeds).sorted()
    result.seeds = seeds
    guard !seeds.isEmpty else {
      result.verdict = .missing
      result.message = "baseline and run have no seed in common"
      return result
    }
    guard new.dates == old.dates, new.paths == old.paths,
      new.digests(\.rows, of: seeds) == old.digests(\.rows, of: seeds)
    else {
      result.verdict = .incomparable
      result.message =
        "the rows it is tested on are not the baseline's"
        + (old.trainingSource == "real" ? "" : " (the sampled market changed)")
        + "; accept that with: qbench baseline write DIR --out FILE"
      return result
    }
    if new.digests(\.predictions, of: seeds) == old.digests(\.predictions, of: seeds) {
      result.isIdentical = true
      result.effect = 0
      // Of the seeds that both have, as they were measured in the run.
      if seeds != old.completeSeeds || seeds != new.completeSeeds {
        let shared = old.scores(of: metric, seeds: seeds, rules: baseline.rules)?.mean(of: metric)
        (result.baseline, result.run) = (shared, shared)
      }
      result.tolerance = gated.tolerance.amount(
        standardError: old.scores[metric.id]?.standardError)
      result.message = "the same predictions, bit by bit"
      return result
    }
    return measured(result, metric, new, old, seeds)
  }

  private func measured(
    _ comparison: GateComparison, _ metric: Metric, _ new: BaselineRow, _ old: BaselineRow,
    _ seeds: [Int]
  ) -> GateComparison {
    var result = comparison
    let rules = baseline.rules
    guard let candidate = new.scores(of: metric, seeds: seeds, rules: rules),
      let reference = old.scores(of: metric, seeds: seeds, rules: rules),
      let resamples = try? policy.bootstrap.resamples(
        over: old.dates.positions, reach: baseline.label.reach),
      let estimate = resamples.estimate(
        metric, of: candidate, from: reference, dependsOnChance: old.isSeeded || new.isSeeded)
    else { return undefined(result, new, old) }
    result.effect = estimate.point
    result.standardError = estimate.standardError
    result.degreesOfFreedom = estimate.degreesOfFreedom
    result.interval = estimate.interval(confidence: 1 - 2 * policy.alpha)
    result.baseline = reference.mean(of: metric)
    result.run = candidate.mean(of: metric)
    let lost =
      (new.scores[metric.id]?.undefinedDates ?? 0) - (old.scores[metric.id]?.undefinedDates ?? 0)
    if lost > 0 { result.notes.append("undefined on \(lost) dates more than in the baseline") }
    guard estimate.standardError != nil else {
      result.verdict = .inconclusive
      result.message =
        old.isSeeded && seeds.count == 1
        ? "one seed on each side cannot tell a change from the noise of training; "
          + "use two seeds or more, five for a test of any power"
        : "too few dates to resample in blocks; use more dates, or shorter blocks "
          + "(bootstrap.blockLength)"
      return result
    }
    guard
      let tolerance = gated.tolerance.amount(
        standardError: old.scores[metric.id]?.standardError)
    else {
      result.verdict = .inconclusive
      result.message =
        "the baseline has one seed, so its standard error is unknown; "
        + "give an absolute tolerance, or write the baseline from several seeds"
      return result
    }
    result.tolerance = tolerance
    result.pValue = estimate.pValue(worseByMoreThan: tolerance, better: metric.direction)
    return result
  }

  /// Where a score is undefined: on both sides nothing is lost, on one there is nothing to compare.
  private func undefined(
    _ comparison: GateComparison, _ new: BaselineRow, _ old: BaselineRow
  ) -> GateComparison {
    var result = comparison
    switch (result.baseline, result.run) {
    case (nil, nil):
      result.message = "undefined in baseline and run alike"
    case (_, nil):
      result.verdict = .missing
      result.message =
        "undefined in the run, as where predictions are the same for all assets: "
        + "the model no longer tells them apart"
    default:
      result.verdict = .incomparable
      result.message = "undefined in the baseline; write it again to gate this row"
    }
    return result
  }

  private func describe(
    _ failures: [BaselineRow.Failure], first: BaselineRow.Failure
  ) -> String {
    let others = failures.count - 1
    return "fold \(first.fold), seed \(first.seed), at \(first.stage): \(first.reason)"
      + (others > 0 ? " (and \(others) more)" : "")
      + ". What failed is trained anew when the run is given again"
  }

  private func seedNotes(_ new: BaselineRow, _ old: BaselineRow) -> [String] {
    func list(_ seeds: Set<Int>) -> String {
      seeds.sorted().map(String.init).joined(separator: ", ")
    }
    // A seed whose cells failed is there, and has been told of.
    let (mine, theirs) = (
      Set(new.cells.map(\.seed) + new.failures.map(\.seed)), Set(old.cells.map(\.seed))
    )
    var notes: [String] = []
    if !theirs.subtracting(mine).isEmpty {
      notes.append("seeds \(list(theirs.subtracting(mine))) of the baseline are not in the run")
    }
    if !mine.subtracting(theirs).isEmpty {
      notes.append("seeds \(list(mine.subtracting(theirs))) of the run are not in the baseline")
    }
    return notes
  }
}

extension BaselineRow {
  /// Digests of the cells of some seeds, by fold and seed.
  fileprivate func digests(_ of: KeyPath<Cell, String>, of seeds: [Int]) -> [[Int]: String] {
    Dictionary(
      cells.filter { seeds.contains($0.seed) }.map { ([$0.fold, $0.seed], $0[keyPath: of]) },
      uniquingKeysWith: { first, _ in first })
  }
}
