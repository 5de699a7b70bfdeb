import Foundation

extension GateReport {
  /// The table for a terminal, what is to be said about each verdict, and the headline last.
  public func terminalText() -> String {
    var parts = [table(marked: true).aligned]
    let told = findings.filter { $0.verdict != .pass }
    if !told.isEmpty {
      parts.append(
        told.map { "\($0.verdict.mark) \($0.title): \($0.verdict.rawValue)\n    \($0.message)" }
          .joined(separator: "\n"))
    }
    if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
    parts.append(headline)
    return parts.joined(separator: "\n\n")
  }

  /// A page for a pull request or a step summary: headline, what failed, the table folded away.
  public func markdown() -> String {
    let icon = status == 0 ? "✅" : status == 2 ? "❌" : "⚠️"
    var parts = ["## \(icon) qbench \(headline)"]
    let failed = findings.filter { fails($0.verdict) }
    if !failed.isEmpty {
      parts.append(
        failed.map { "- **\(escaped($0.title)): \($0.verdict.rawValue)**. \(escaped($0.message))" }
          .joined(separator: "\n"))
    }
    let other = findings.filter { !fails($0.verdict) && $0.verdict != .pass }
    if !other.isEmpty {
      parts.append(
        other.map { "- \(escaped($0.title)): \($0.verdict.rawValue). \(escaped($0.message))" }
          .joined(separator: "\n"))
    }
    parts.append(
      """
      <details\(status == 0 ? "" : " open")><summary>\(comparisons.count) comparisons</summary>

      \(table(marked: false).markdown)

      </details>
      """)
    if !remarks.isEmpty { parts.append(remarks.map { "- \(escaped($0))" }.joined(separator: "\n")) }
    parts.append(
      "<sub>Paired by date, fold and seed. In brackets the \(percent(1 - 2 * policy.alpha)) interval; p is "
        + "one-sided, of being worse by more than the tolerance, Holm-adjusted; a worsening of "
        + "tolerance + MDE is found with probability \(percent(policy.power)).</sub>")
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var remarks: [String] {
    (newRows.isEmpty
      ? []
      : ["not in the baseline, so not judged: \(newRows.joined(separator: ", "))"])
      + (notes.isEmpty ? [] : ["also differs: \(notes.joined(separator: "; "))"])
  }

  private func table(marked: Bool) -> TextTable {
    var table = TextTable([
      ("source", .left), ("model", .left), ("metric", .left), ("baseline", .right),
      ("run", .right), ("change", .right), ("p", .right), ("tolerance", .right), ("MDE", .right),
      ("verdict", .left),
    ])
    for it in comparisons {
      table.rows.append([
        it.trainingSource, it.name, it.metric, Score.plain(it.baseline, digits: 4),
        Score.plain(it.run, digits: 4), change(of: it),
        it.adjustedPValue.map { $0 < 0.001 ? "< 0.001" : Score.plain($0, digits: 3) } ?? "–",
        Score.plain(it.tolerance, digits: 4), Score.plain(it.minimalDetectableEffect, digits: 4),
        (marked ? "\(it.verdict.mark) " : "") + it.verdict.rawValue,
      ])
    }
    for it in budgets where it.verdict != .pass {
      table.rows.append([
        it.trainingSource, it.name, it.resource, Score.plain(it.baseline, digits: 1),
        Score.plain(it.run, digits: 1), "× \(Score.plain(it.ratio, digits: 1))", "–",
        "× \(Score.plain(it.limit))", "–",
        (marked ? "\(it.verdict.mark) " : "") + it.verdict.rawValue,
      ])
    }
    return table
  }

  private func change(of it: GateComparison) -> String {
    if it.isIdentical { return "identical" }
    guard let effect = it.effect else { return "–" }
    let text = String(format: "%+.4f", effect)
    guard let interval = it.interval else { return text }
    return text + String(format: " [%+.4f, %+.4f]", interval.low, interval.high)
  }

  private func percent(_ share: Double) -> String {
    Score.plain((share * 1000).rounded() / 10) + " %"
  }

  /// Text in which nothing is taken for Markdown or HTML.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "*", "_", "`", "[", "]", "|", "\\": result += "\\\(character)"
      case "\n", "\r": result += " "
      default: result.append(character)
      }
    }
  }
}
