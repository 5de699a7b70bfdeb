import Metrics

/// What each generator's markets are good for, one card each.
struct GeneratorVerdicts {
  let comparisons: Comparisons
  /// Confidence of the intervals, 0 to 1.
  let level: Double

  func section() -> PageSection? {
    guard !comparisons.generators.isEmpty else { return nil }
    let gaps = comparisons.generators.flatMap { $0.gaps.map { LeaderboardRow.Score($0.all) } }
    let span = IntervalSpan(gaps)
    let cards = comparisons.generators.map { card($0, span) }
    return PageSection(
      id: "generators", short: "Generators", title: "Can synthetic data stand in for real?",
      body: """
        <div class="cards">\(cards)</div><p class="soft">Gaps are mean RankIC less that of training on real \
        rows alone, over all families, on the same dates; bars are \(Score.plain(level * 100)) % intervals. \
        <em>tested on it</em> is of other dates: how much better or worse the models of real rows predict the \
        sampled market than the real one. \
        <em>order kept</em>: Kendall’s τ between the families’ order on synthetic and on real training rows, 1 for \
        the same. <em>within floors</em>: share of fidelity scores that a perfect generator could have had. \
        <em>told apart</em>: share of windows that a classifier tells from real ones; 50 % is chance. \
        <em>near copies</em>: share of windows nearer to the training dates than 99 % of other real ones; 1 % where \
        nothing is memorised. <em>copied days</em>: share that stands in the training dates return for return. Rows that \
        are made (add) are no market to compare.</p>
        """)
  }

  private func card(_ verdict: GeneratorVerdict, _ span: IntervalSpan) -> HTML {
    var rows = verdict.gaps.map { gap -> HTML in
      let score = LeaderboardRow.Score(gap.all)
      return """
        <tr><th scope="row">\(Self.title(gap.kind))</th>\
        <td class="number">\(Self.signed(gap.all.mean))</td><td>\(span.svg(score))</td></tr>
        """
    }
    func line(_ name: String, _ value: String) -> HTML {
      "<tr><th scope=\"row\">\(name)</th><td class=\"number\">\(value)</td><td></td></tr>"
    }
    if let ranks = verdict.ranks.first(where: { $0.kind == .synthetic }) {
      rows.append(
        """
        <tr><th scope="row">order kept, τ</th><td class="number">\(Score.plain(ranks.tau, digits: 2))</td>\
        <td class="soft">\(Self.range(ranks.low, ranks.high))</td></tr>
        """)
    }
    if let share = verdict.fidelity?.withinFloor {
      rows.append(line("within floors", Score.plain(share * 100, digits: 0) + " %"))
    }
    if let accuracy = verdict.fidelity?.classifierAccuracy {
      rows.append(line("told apart", Score.plain(accuracy * 100, digits: 0) + " %"))
    }
    if let share = verdict.fidelity?.nearCopies {
      rows.append(line("near copies", Score.plain(share * 100, digits: 1) + " %"))
    }
    if let share = verdict.fidelity?.copiedDays {
      rows.append(line("copied days", Score.plain(share * 100, digits: 1) + " %"))
    }
    if verdict.failed > 0 { rows.append(line("markets not made", "\(verdict.failed)")) }
    let other: HTML =
      verdict.generator == verdict.name ? "" : " <span class=\"soft\">\(verdict.generator)</span>"
    return """
      <article class="card"><h3>\(verdict.name)\(other)</h3><p>\(VerdictWords(verdict).short)</p>\
      <table><tbody>\(rows)</tbody></table></article>
      """
  }

  static func title(_ kind: TrainingSource.Kind) -> String {
    switch kind {
    case .real: "real"
    case .synthetic: "in place of real"
    case .augmented: "added to real"
    case .reverse: "tested on it"
    }
  }

  static func signed(_ value: Double, digits: Int = 3) -> String {
    let text = Score.plain(value, digits: digits)
    return value > 0 && text.contains(where: { "123456789".contains($0) }) ? "+" + text : text
  }

  private static func range(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "" }
    return "\(Score.plain(low, digits: 2)) to \(Score.plain(high, digits: 2))"
  }
}
