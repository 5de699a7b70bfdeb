import Foundation
import Metrics

extension GateComparison {
  /// The effect with its error, as it was measured.
  var estimate: SeededEstimate {
    SeededEstimate(
      point: effect ?? .nan, standardError: standardError, degreesOfFreedom: degreesOfFreedom)
  }

  /// Gives the verdict that the adjusted p values call for, and says it in words.
  mutating func judge(worse: Double, better: Double, policy: GatePolicy, tests: Int) {
    let tolerance = tolerance ?? 0
    let detectable = minimalDetectableEffect ?? .infinity
    let allowed = Self.number(tolerance)
    let change = "\(metric) \(Self.signed(effect ?? 0))"
    if worse <= policy.alpha {
      verdict = .regression
      message = "\(change): worse than the tolerance of \(allowed)"
    } else if better <= policy.alpha {
      verdict = .improvement
      message = "\(change): better by more than \(allowed); write the baseline again to keep it"
    } else if detectable > tolerance {
      verdict = .inconclusive
      message =
        "\(change): no regression shown, but one of less than \(Self.number(detectable)) beyond the "
        + "tolerance of \(allowed) may go unseen; more seeds, more dates or a larger tolerance help"
    } else {
      verdict = .pass
      message = "\(change): within the tolerance of \(allowed)"
    }
    if tests > 1 { message += " (adjusted for \(tests) comparisons)" }
  }

  /// Three significant digits, as few as are needed.
  static func number(_ value: Double) -> String { String(format: "%.3g", value) }

  static func signed(_ value: Double) -> String { String(format: "%+.3g", value) }
}

extension BudgetComparison {
  /// Seconds below this are the machine's, not the model's.
  private static let leastSeconds = 1.0

  /// Seconds and memory over the cells that both have.
  static func all(
    of new: BaselineRow, against old: BaselineRow, _ policy: BudgetPolicy
  ) -> [BudgetComparison] {
    let pairs = old.cells.compactMap { cell in
      new.cells.first { $0.fold == cell.fold && $0.seed == cell.seed }.map { (cell, $0) }
    }
    var result: [BudgetComparison] = []
    func add(
      _ resource: String, _ before: Double, _ after: Double, _ limit: Double, _ least: Double
    ) {
      guard limit > 0, before > 0 else { return }
      let isOver = after > limit * before && after - before > least
      result.append(
        BudgetComparison(
          trainingSource: old.trainingSource, name: old.name, family: old.family,
          resource: resource, verdict: isOver ? .regression : .pass, baseline: before, run: after,
          limit: limit))
    }
    add(
      "seconds", pairs.reduce(0) { $0 + $1.0.seconds }, pairs.reduce(0) { $0 + $1.1.seconds },
      policy.seconds, leastSeconds * Double(pairs.count))
    add(
      "megabytes", Double(pairs.compactMap(\.0.megabytes).max() ?? 0),
      Double(pairs.compactMap(\.1.megabytes).max() ?? 0), policy.megabytes, 64)
    return result
  }
}
