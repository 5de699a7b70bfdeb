import Foundation
import Metrics

extension RunResults {
  /// What a terminal is shown at the end of a run.
  public var terminalText: String {
    [
      leaderboard.terminalTable(), leaderboard.sourceTable?.aligned,
      comparisons.generatorTable?.aligned,
      explanations.terminalSummary(),
    ].compactMap { $0 }.joined(separator: "\n\n")
  }

  /// `leaderboard.md`.
  public var markdown: String {
    var parts = [
      leaderboard.markdown(saying: LeaderboardSummary(leaderboard, comparisons).sentences)
    ]
    if let sources = leaderboard.sourceTable, let generators = comparisons.generatorTable {
      parts.append(
        """
        ## Can synthetic data stand in for real?

        \(sources.markdown)

        \(generators.markdown)

        - `synthetic`: trained on sampled rows, tested on real ones; `augmented`: trained on both; `reverse`: trained
          on real rows, tested on sampled ones. Each generator is fitted inside the fold, on its training dates.
        - Gaps are mean RankIC less that of `real`, over all families, on the same dates; in brackets, the interval
          of the leaderboard's bootstrap. τ is Kendall's, between the families' order on synthetic and on real
          training rows: at 1 a synthetic market would choose the same models.
        - `within floors`: share of fidelity scores that a perfect generator could have had; `told from real`: share of
          windows a classifier recognises, 50 % by chance; `near copies`: share of windows nearer to the training dates
          than 99 % of other real ones, 1 % where nothing is memorised. Rows that are made (`add`) are no market to compare.
        """)
    }
    if let text = comparisons.markdown { parts.append(text) }
    if let text = figures.markdown { parts.append(text) }
    return parts.joined(separator: "\n") + (parts.count > 1 ? "\n" : "")
  }
}

extension Leaderboard {
  /// RankIC of every family under every training source; `nil` where there is only one source.
  var sourceTable: TextTable? {
    let sources = rows.map(\.trainingSource).uniqued().sorted {
      $0 == "real" || ($1 != "real" && $0 < $1)
    }
    guard sources.count > 1 else { return nil }
    var table = TextTable(
      [(title: "RankIC", alignment: .left)] + sources.map { (title: $0, alignment: .right) })
    for name in rows.filter({ !$0.isYardstick }).map(\.name).uniqued() {
      table.rows.append(
        ["  " + name]
          + sources.map { source in
            let row = rows.first { $0.name == name && $0.trainingSource == source }
            return Score.plain(row?.rankIC, digits: 3)
          })
    }
    return table
  }
}

extension Comparisons {
  /// One line a generator: gaps, rank preservation, fidelity.
  var generatorTable: TextTable? {
    guard !generators.isEmpty else { return nil }
    var table = TextTable([
      ("generator", .left), ("synthetic − real", .right), ("augmented − real", .right),
      ("τ of families", .right), ("within floors", .right), ("told from real", .right),
      ("near copies", .right),
    ])
    for verdict in generators {
      func gap(_ kind: TrainingSource.Kind) -> String {
        verdict.gaps.first { $0.kind == kind }.map {
          Self.interval($0.all.mean, $0.all.low, $0.all.high)
        } ?? "–"
      }
      let tau = verdict.ranks.first { $0.kind == .synthetic }
      table.rows.append([
        "  " + verdict.name, gap(.synthetic), gap(.augmented),
        tau.map { Self.interval($0.tau, $0.low, $0.high) } ?? "–",
        Self.percent(verdict.fidelity?.withinFloor),
        Self.percent(verdict.fidelity?.classifierAccuracy),
        Self.percent(verdict.fidelity?.nearCopies),
      ])
    }
    return table
  }

  /// What becomes of the models outside the confidence set.
  var fateOfTheOthers: String {
    confidenceSet.allSatisfy(\.isIn) ? "none is thrown out" : "the others may not"
  }

  /// What the tests say of the models trained on real rows.
  var markdown: String? {
    guard pairs.count > 0 || !confidenceSet.isEmpty else { return nil }
    var lines = ["## Which differences are more than luck?", ""]
    if !confidenceSet.isEmpty {
      let kept = confidenceSet.filter(\.isIn).map { "`\($0.name)`" }
      lines.append(
        "- Model confidence set at \(Int((1 - level) * 100)) %: \(kept.joined(separator: ", ")) "
          + "may be the best; \(fateOfTheOthers).")
    }
    let apart = pairs.filter { $0.adjustedPValue < level }.count
    lines.append(
      "- Diebold-Mariano tests (Harvey-Leybourne-Newbold, Holm over all \(pairs.count) pairs): "
        + "\(apart) \(apart == 1 ? "pair is" : "pairs are") told apart at \(Int(level * 100)) %.")
    if let ranks {
      lines.append(
        String(
          format: "- Average ranks over %d blocks of dates differ by chance alone by up to %.2f "
            + "(Nemenyi); Friedman p = %.3f.", ranks.blocks, ranks.criticalDifference,
          ranks.friedmanPValue))
    }
    if let overfitting {
      lines.append(
        "- The highest Sharpe ratio after costs, yardsticks included, is that of `\(overfitting.best)`; deflated "
          + "(the probability of a true one above 0 after \(overfitting.strategies) tries) it is "
          + "\(Score.plain(overfitting.deflatedSharpe, digits: 2)); probability of backtest overfitting "
          + "\(Score.plain(overfitting.probabilityOfOverfitting, digits: 2)).")
    }
    let tables = [modelTable, pairTable].compactMap { $0?.markdown }
    return ([lines.joined(separator: "\n")] + tables).joined(separator: "\n\n")
      + "\n\nAll of it, pair by pair, is in `comparisons.json`.\n"
  }

  /// Average rank and p value in the confidence set of every model.
  private var modelTable: TextTable? {
    guard !confidenceSet.isEmpty else { return nil }
    let places = Dictionary(
      (ranks?.ranks ?? []).map { ($0.name, $0.average) }, uniquingKeysWith: { first, _ in first })
    var table = TextTable([
      ("model", .left), ("may be the best", .left), ("p", .right), ("average rank", .right),
    ])
    for member in confidenceSet.sorted(by: { ($0.pValue ?? -1) > ($1.pValue ?? -1) }) {
      table.rows.append([
        member.name, member.isIn ? "yes" : "no", Score.plain(member.pValue, digits: 3),
        Score.plain(places[member.name], digits: 2),
      ])
    }
    return table
  }

  /// The pairs that are told apart, the clearest first.
  private var pairTable: TextTable? {
    let apart = pairs.filter { $0.adjustedPValue < level }
      .sorted { abs($0.statistic) > abs($1.statistic) }
    guard !apart.isEmpty else { return nil }
    let most = 30
    var table = TextTable([
      ("better", .left), ("worse", .left), ("RankIC apart", .right), ("adjusted p", .right),
    ])
    for pair in apart.prefix(most) {
      let isFirst = pair.difference > 0
      table.rows.append([
        isFirst ? pair.first : pair.second, isFirst ? pair.second : pair.first,
        Score.plain(abs(pair.difference), digits: 4), Score.plain(pair.adjustedPValue, digits: 4),
      ])
    }
    return table
  }

  private static func interval(_ mean: Double, _ low: Double?, _ high: Double?) -> String {
    Score.interval(.init(mean: mean, low: low, high: high, undefinedDates: 0), digits: 3)
  }

  private static func percent(_ share: Double?) -> String {
    share.map { Score.plain($0 * 100, digits: 0) + " %" } ?? "–"
  }
}
