/// What a generator's verdict says, in words made from its numbers.
///
/// An interval that holds zero is never called a difference.
struct VerdictWords {
  let verdict: GeneratorVerdict

  init(_ verdict: GeneratorVerdict) { self.verdict = verdict }

  /// How a difference is spoken of.
  enum Finding { case worse, better, unclear }

  static func finding(_ difference: GeneratorVerdict.Difference) -> Finding {
    if let high = difference.high, high < 0 { return .worse }
    if let low = difference.low, low > 0 { return .better }
    return .unclear
  }

  private func gap(_ kind: TrainingSource.Kind) -> GeneratorVerdict.Difference? {
    verdict.gaps.first { $0.kind == kind }?.all
  }

  /// A sentence or two for a card.
  var short: String {
    var parts: [String] = []
    if let gap = gap(.synthetic) { parts.append(Self.alone(Self.finding(gap))) }
    if let gap = gap(.augmented) { parts.append(Self.added(Self.finding(gap))) }
    if let order { parts.append("It \(order) the order of the families.") }
    if let copied = verdict.fidelity?.copiedDays, copied >= 0.01 {
      parts.append("Of its days \(Score.plain(copied * 100, digits: 0)) % are copies of real ones.")
    }
    if parts.isEmpty { parts.append("Nothing could be compared.") }
    return parts.joined(separator: " ")
  }

  private static func alone(_ finding: Finding) -> String {
    switch finding {
    case .worse: "Training on it alone loses skill."
    case .better: "Training on it alone gains skill."
    case .unclear: "No loss of skill can be seen in training on it alone."
    }
  }

  private static func added(_ finding: Finding) -> String {
    switch finding {
    case .worse: "Adding it to real rows hurts."
    case .better: "Adding it to real rows helps."
    case .unclear: "Adding it to real rows makes no difference that can be seen."
    }
  }

  /// What becomes of the order of families: `keeps`, `reverses` or `is not shown to keep`.
  private var order: String? {
    guard let ranks = verdict.ranks.first(where: { $0.kind == .synthetic }) else { return nil }
    if let low = ranks.low, low > 0 { return "keeps" }
    if let high = ranks.high, high < 0 { return "reverses" }
    return "is not shown to keep"
  }

  /// For a summary: what training on each generator does, one sentence for all.
  static func summary(_ verdicts: [GeneratorVerdict]) -> [String] {
    let judged = verdicts.compactMap { verdict in
      verdict.gaps.first { $0.kind == .synthetic }.map { (name: verdict.name, gap: $0.all) }
    }
    var sentences: [String] = []
    func named(_ finding: Finding) -> [String] {
      judged.filter { Self.finding($0.gap) == finding }
        .map { "'\($0.name)' (\(interval($0.gap)))" }
    }
    let phrases = [
      (named(.worse), "loses RankIC with"), (named(.better), "gains RankIC with"),
      (named(.unclear), "is not told apart from training on real ones with"),
    ].filter { !$0.0.isEmpty }.map { "\($0.1) \($0.0.joined(separator: ", "))" }
    if !phrases.isEmpty {
      sentences.append(
        "Training on synthetic rows in place of real ones \(phrases.joined(separator: "; it "))."
      )
    }
    let helped = verdicts.filter { verdict in
      verdict.gaps.contains { $0.kind == .augmented && finding($0.all) == .better }
    }.map { "'\($0.name)'" }
    if verdicts.contains(where: { $0.gaps.contains { $0.kind == .augmented } }) {
      sentences.append(
        helped.isEmpty
          ? "Adding synthetic rows to real ones is not shown to help with any generator."
          : "Adding synthetic rows to real ones helps with \(helped.joined(separator: ", ")).")
    }
    let kept = verdicts.filter { VerdictWords($0).order == "keeps" }.map { "'\($0.name)'" }
    if verdicts.contains(where: { VerdictWords($0).order != nil }) {
      sentences.append(
        kept.isEmpty
          ? "No synthetic market is shown to keep the order of the families."
          : "The order of the families is kept by \(kept.joined(separator: ", ")).")
    }
    return sentences
  }

  private static func interval(_ gap: GeneratorVerdict.Difference) -> String {
    Score.interval(LeaderboardRow.Score(gap), digits: 3)
  }
}
