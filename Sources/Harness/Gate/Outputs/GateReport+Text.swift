extension GateReport {
  /// The table for a terminal, what is to be said about each verdict, and the headline last.
  public func terminalText() -> String {
    var parts = [table(comparisons, marked: true).aligned]
    let told = Self.grouped(findings.filter(\.isTold))
    if !told.isEmpty {
      parts.append(
        told.map { "\($0.verdict.mark) \($0.titles): \($0.verdict.rawValue)\n    \($0.message)" }
          .joined(separator: "\n"))
    }
    if !remarks.isEmpty { parts.append(remarks.joined(separator: "\n")) }
    parts.append(headline)
    return parts.joined(separator: "\n\n")
  }

  /// The most characters that GitHub takes for a comment, less some for what a bot puts around it.
  public static let commentLength = 65_000

  /// A page for a pull request or a step summary: headline, what failed, the table folded away.
  ///
  /// It is as long as `limit` at most: rows and sentences that are less urgent give way, and it says so.
  public func markdown(limit: Int = commentLength) -> String {
    var (rows, sentences) = (comparisons.count, findings.count)
    while true {
      let page = markdown(rows: rows, sentences: sentences)
      if page.utf16.count <= limit || rows + sentences == 0 { return page }
      if rows > sentences { rows = rows * 3 / 4 } else { sentences = sentences * 3 / 4 }
    }
  }

  private func markdown(rows: Int, sentences: Int) -> String {
    let icon = status == 0 ? "✅" : status == 2 ? "❌" : "⚠️"
    var parts = ["## \(icon) qbench \(headline)"]
    let told = Self.grouped(findings.filter(\.isTold))
    // Most urgent first, in one paragraph what fails and in another what does not.
    for isFailing in [true, false] {
      let lines = told.prefix(sentences).filter { fails($0.verdict) == isFailing }.map { group in
        let title = "\(escaped(group.titles)): \(group.verdict.rawValue)"
        return "- \(isFailing ? "**\(title)**" : title). \(escaped(group.message))"
      }
      if !lines.isEmpty { parts.append(lines.joined(separator: "\n")) }
    }
    if told.count > sentences {
      parts.append("- and \(told.count - sentences) more, for which there is no room here")
    }
    let summary =
      rows < comparisons.count
      ? "the \(rows) most urgent of \(comparisons.count) comparisons"
      : "\(comparisons.count) comparisons"
    parts.append(
      """
      <details\(status == 0 ? "" : " open")><summary>\(summary)</summary>

      \(table(Array(comparisons.prefix(rows)), marked: false).markdown)

      </details>
      """)
    if !remarks.isEmpty { parts.append(remarks.map { "- \(escaped($0))" }.joined(separator: "\n")) }
    parts.append(
      "<sub>Paired by date, fold and seed. In brackets the \(percent(1 - 2 * policy.alpha)) interval; p is "
        + "one-sided, of being worse by more than the tolerance, Holm-adjusted; a worsening of "
        + "tolerance + MDE is found with probability \(percent(policy.power)).</sub>")
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Findings of which the same is to be said.
  private struct Group {
    let verdict: GateVerdict
    let message: String
    var titles: String
  }

  /// Where everything has the same verdict for the same reason, as after a change of data, it is said once.
  private static func grouped(_ findings: [GateFinding]) -> [Group] {
    findings.reduce(into: [Group]()) { groups, finding in
      if let same = groups.firstIndex(where: {
        $0.verdict == finding.verdict && $0.message == finding.message
      }) {
        groups[same].titles += ", \(finding.title)"
      } else {
        groups.append(
          Group(verdict: finding.verdict, message: finding.message, titles: finding.title))
      }
    }
  }

  private var remarks: [String] {
    (newRows.isEmpty
      ? []
      : ["not in the baseline, so not judged: \(newRows.joined(separator: ", "))"])
      + (notes.isEmpty ? [] : ["also differs: \(notes.joined(separator: "; "))"])
  }

  private func table(_ comparisons: [GateComparison], marked: Bool) -> TextTable {
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
