/// What went wrong, and what to be suspicious of.
struct FailureSection {
  let leaderboard: Leaderboard
  let comparisons: Comparisons
  let explanations: Explanations

  /// Most lines of a kind; the rest is in the files.
  private static let most = 40

  func section() -> PageSection? {
    let warnings = leaderboard.rows.flatMap { row in
      row.warnings.map { "<li>⚠ \(row.title): \($0)</li>" as HTML }
    }
    let failed = leaderboard.failures.map { failure -> HTML in
      """
      <li>✗ \(failure.trainingSource) / \(failure.family), fold \(failure.fold), seed \(failure.seed), at \
      \(failure.stage): \(failure.reason)</li>
      """
    }
    let markets = comparisons.generators.filter { $0.failed > 0 }.map { verdict -> HTML in
      """
      <li>✗ generator \(verdict.name): \(verdict.failed) \
      \(verdict.failed == 1 ? "market was" : "markets were") not made (<code>synthetic/*.json</code>)</li>
      """
    }
    let unexplained = explanations.failures.map { failure -> HTML in
      """
      <li>✗ \(failure.name), fold \(failure.fold): \(failure.part) not explained: \(failure.reason)</li>
      """
    }
    let parts = [
      shortened(warnings), shortened(markets),
      shortened(failed, "leaderboard.json"), shortened(unexplained, "explanations.json"),
    ]
    guard !(warnings + markets + failed + unexplained).isEmpty else { return nil }
    return PageSection(
      id: "problems", short: "Failures", title: "Failures and warnings",
      body: """
        <ul class="problems">\(parts)</ul><p class="soft">A seed with a failed fold counts in no score; the same \
        command tries failed cells again.</p>
        """)
  }

  private func shortened(_ lines: [HTML], _ file: String = "leaderboard.json") -> HTML {
    guard lines.count > Self.most else { return "\(lines)" }
    return """
      \(Array(lines.prefix(Self.most)))<li>and \(lines.count - Self.most) more in <code>\(file)</code></li>
      """
  }
}
