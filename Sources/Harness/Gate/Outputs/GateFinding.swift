/// A comparison of scores or of budgets, as the outputs for machines see both.
struct GateFinding {
  let source: String
  let name: String
  /// The metric, or the resource of a budget.
  let subject: String
  let verdict: GateVerdict
  let message: String
  /// Whether there is more to say than that it passed: what changed, or what was left out.
  let isTold: Bool

  var title: String { "\(source)/\(name) \(subject)" }
}

extension GateReport {
  /// Every comparison, most urgent first, then budgets.
  var findings: [GateFinding] {
    comparisons.map { it in
      GateFinding(
        source: it.trainingSource, name: it.name, subject: it.metric, verdict: it.verdict,
        message: ([it.message] + it.notes.map { "[\($0)]" }).joined(separator: " "),
        isTold: it.verdict != .pass || !it.notes.isEmpty)
    }
      + budgets.map { it in
        GateFinding(
          source: it.trainingSource, name: it.name, subject: it.resource, verdict: it.verdict,
          message: it.message, isTold: it.verdict != .pass)
      }
  }
}
