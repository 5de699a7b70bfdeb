import Foundation

/// Which differences between models are more than luck: critical-difference diagram, confidence set, pairs.
struct Differences {
  let comparisons: Comparisons

  func section() -> PageSection? {
    let parts = [diagram, pairs, pairTable, sentences].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return PageSection(
      id: "differences", short: "Differences", title: "Which differences are more than luck?",
      body: "\(parts)")
  }

  private var diagram: HTML? {
    guard let ranks = comparisons.ranks, ranks.ranks.count > 1 else { return nil }
    return HTML.figure(
      CriticalDifferenceDiagram(ranks: ranks).svg(),
      """
      Critical-difference diagram: average rank of each model trained on real rows over \(ranks.blocks) blocks of \
      test dates, 1 is best. Models joined by a thick bar are not told apart: their ranks differ by less than \
      \(Score.plain(ranks.criticalDifference, digits: 2)) (Nemenyi, \(Score.plain(comparisons.level * 100)) %). \
      Friedman’s test that all rank alike: p = \(Score.plain(ranks.friedmanPValue, digits: 3)). With few blocks \
      hardly anything can be told apart this way; the pairs below use every date.
      """, isWide: true)
  }

  private var pairs: HTML? {
    guard comparisons.pairs.count > 0 else { return nil }
    var names: [String] = []
    for pair in comparisons.pairs {
      for name in [pair.first, pair.second] where !names.contains(name) { names.append(name) }
    }
    // Best first, where ranks say who is.
    if let ranks = comparisons.ranks?.ranks.map(\.name) {
      names = ranks.filter(names.contains) + names.filter { !ranks.contains($0) }
    }
    let found = Dictionary(
      comparisons.pairs.flatMap { pair in
        [
          ([pair.first, pair.second], (pair.difference, pair.adjustedPValue)),
          ([pair.second, pair.first], (-pair.difference, pair.adjustedPValue)),
        ]
      }, uniquingKeysWith: { first, _ in first })
    let values = names.map { row in
      names.map { column in found[[row, column]].map { $0.0 } ?? .nan }
    }
    let map = Heatmap(
      title: "Row less column, mean daily RankIC × 1000",
      description: "models against models, best first", rows: names, columns: names,
      values: values, format: { "\(Int(($0 * 1000).rounded()))" }, width: 860, above: .low,
      says: { row, column in
        guard let (difference, p) = found[[names[row], names[column]]] else { return "" }
        return
          "\(names[row]) less \(names[column]): \(Score.plain(difference, digits: 4)), adjusted p "
          + Score.plain(p, digits: 3)
      },
      isMarked: { row, column in
        found[[names[row], names[column]]].map { $0.1 < comparisons.level } ?? false
      })
    let apart = comparisons.pairs.count { $0.adjustedPValue < comparisons.level }
    return HTML.figure(
      map.svg(),
      """
      Differences of every pair over the dates both have; blue where the model of the row is better. Framed: told \
      apart at \(Score.plain(comparisons.level * 100)) % by Diebold and Mariano’s test with the correction of \
      Harvey, Leybourne and Newbold, adjusted by Holm for all \(comparisons.pairs.count) pairs \
      (\(apart) of them). Point at a square for its p value; all are in the table below and in \
      <code>comparisons.json</code>.
      """, isWide: true)
  }

  /// Every pair with its p values, for those who cannot point at a square.
  private var pairTable: HTML? {
    guard !comparisons.pairs.isEmpty else { return nil }
    let hasFolds = comparisons.pairs.contains { $0.foldPValue != nil }
    let columns =
      [
        TableColumn("better", isNumber: false), TableColumn("worse", isNumber: false),
        TableColumn("RankIC apart"), TableColumn("statistic", isSorted: true), TableColumn("p"),
        TableColumn("adjusted p"),
      ] + (hasFolds ? [TableColumn("p over folds")] : [])
    let rows = comparisons.pairs.sorted { abs($0.statistic) > abs($1.statistic) }
      .map { pair -> (cells: [HTML], isYardstick: Bool) in
        let (better, worse) =
          pair.difference < 0 ? (pair.second, pair.first) : (pair.first, pair.second)
        return (
          cells: [
            "<th scope=\"row\">\(better)</th>" as HTML, "<td>\(worse)</td>",
            HTML.cell(abs(pair.difference), digits: 4), HTML.cell(abs(pair.statistic), digits: 2),
            HTML.cell(pair.pValue, digits: 4), HTML.cell(pair.adjustedPValue, digits: 4),
          ] + (hasFolds ? [HTML.cell(pair.foldPValue, digits: 4)] : []), isYardstick: false
        )
      }
    return """
      <details><summary>Every pair, with its p values</summary>\(HTML.table(
        columns, rows,
        caption: """
          Diebold and Mariano’s statistic with the correction of Harvey, Leybourne and Newbold; its p value, and the \
          same adjusted by Holm for all pairs. Over folds: Nadeau and Bengio, not adjusted.
          """))</details>
      """
  }

  private var sentences: HTML? {
    var lines: [HTML] = []
    if !comparisons.confidenceSet.isEmpty {
      let kept = comparisons.confidenceSet.filter(\.isIn).map(\.name)
      lines.append(
        """
        <li>Model confidence set at \(Score.plain((1 - comparisons.level) * 100)) % (Hansen, Lunde and Nason): \
        \(kept.joined(separator: ", ")) may be the best; \(comparisons.fateOfTheOthers).</li>
        """)
    }
    let overFolds = comparisons.pairs.compactMap(\.foldPValue)
    if !overFolds.isEmpty {
      lines.append(
        """
        <li>Over whole folds, whose training sets overlap (Nadeau and Bengio’s correction, not adjusted for the number of \
        pairs), \(overFolds.count { $0 < comparisons.level }) of \(overFolds.count) pairs are told apart; few folds \
        see little.</li>
        """)
    }
    if let risk = comparisons.overfitting {
      lines.append(
        """
        <li>The highest Sharpe ratio after costs, yardsticks included, is that of \(risk.best). After \
        \(risk.strategies) tries its deflated Sharpe \
        ratio, the probability that the true one is above 0, is \(Score.plain(risk.deflatedSharpe, digits: 2)); \
        the probability of backtest overfitting is \
        \(Score.plain(risk.probabilityOfOverfitting, digits: 2)).</li>
        """)
    }
    return lines.isEmpty ? nil : "<ul>\(lines)</ul>"
  }
}
