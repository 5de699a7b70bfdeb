import Foundation

extension Explanations {
  /// The features each model relies on most, for a terminal; `nil` where nothing was shuffled.
  public func terminalSummary() -> String? {
    let shuffled = rows.filter { $0.method == ExplainedRow.permutation }
    guard !shuffled.isEmpty else { return nil }
    guard shuffled.contains(where: { $0.features.contains(where: \.isBeyondNoise) }) else {
      return "No model is shown to rely on any single feature beyond noise. See explanations.md."
    }
    let most = 4
    var table = TextTable(
      [(title: "relies on", alignment: .left)]
        + (1...most).map { (title: "\($0).", alignment: .left) })
    for row in shuffled {
      let features = row.features.filter(\.isBeyondNoise).prefix(most).map { feature in
        "\(feature.name) \(Self.percent(feature.share.mean)) %"
      }
      table.rows.append(
        ["  " + title(of: row)] + features
          + Array(repeating: features.isEmpty ? "–" : "", count: most - features.count))
    }
    return table.aligned + "\n"
      + "Share of the RankIC lost by shuffling a feature within each date; within noise left out. "
      + "See explanations.md."
  }

  /// `explanations.md`: features beside families, and how to read it.
  public func markdown() -> String {
    var parts = ["# What the models rely on: \(title)"]
    let shuffled = rows.filter { $0.method == ExplainedRow.permutation }
    let divided = rows.filter { $0.method != ExplainedRow.permutation }
    if !shuffled.isEmpty {
      parts += ["## Permutation: share of the RankIC lost, in %", sideBySide(shuffled).markdown]
    }
    if !divided.isEmpty {
      parts += [
        "## Contributions: share of their mean magnitude, in %", sideBySide(divided).markdown,
      ]
    }
    if rows.isEmpty { parts.append("Nothing was explained.") }
    parts += failures.map {
      "✗ \($0.name), fold \($0.fold), \($0.part) not explained: \($0.reason)"
    }
    parts.append(
      """
      ## How to read this

      - Up to \(settings.rows) test rows a fold, whole dates evenly spaced; the first seed of each fold. Numbers
        are means over folds, ± their standard deviation. The features with the largest mean share.
      - Permutation: the feature is exchanged between the assets of each date, \(settings.repeats) times, and the
        model is asked again. (In brackets: less than two standard errors above 0.)
      - Contributions: what each feature adds to a prediction, on up to \(settings.contributionRows) of these rows, drawn
        at random; ↑ and ↓ say whether more of the feature means a higher or a lower one (rank
        correlation beyond ±0.3).
      - Features that say nearly the same share what they are worth: permutation shows little for
        each of them, and contributions divide it between them as each method does. A large share of
        very little is very little: look at the leaderboard first.

      All numbers are in `explanations.json`, each cell's in `explanations/`.
      """)
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Features down, families across.
  private func sideBySide(_ rows: [ExplainedRow], most: Int = 20) -> TextTable {
    var sums: [String: Double] = [:]
    var names: [String] = []
    for feature in rows.flatMap(\.features) {
      if sums[feature.name] == nil { names.append(feature.name) }
      sums[feature.name, default: 0] += feature.share.mean ?? 0
    }
    let order = names.enumerated().sorted { a, b in
      let (x, y) = (sums[a.element] ?? 0, sums[b.element] ?? 0)
      return x != y ? x > y : a.offset < b.offset
    }.prefix(most).map(\.element)
    var table = TextTable(
      [(title: "feature", alignment: .left)]
        + rows.map { row in
          let isDivided = row.method != ExplainedRow.permutation
          return (
            title: title(of: row) + (isDivided ? " (\(row.method))" : ""), alignment: .right
          )
        })
    for name in order {
      table.rows.append(
        [name] + rows.map { row in cell(row.features.first { $0.name == name }) })
    }
    return table
  }

  private func cell(_ feature: ExplainedRow.Feature?) -> String {
    guard let feature, feature.share.mean != nil else { return "–" }
    let spread = feature.share.spread.map { " ± \(Self.percent($0))" } ?? ""
    let text = Self.percent(feature.share.mean) + spread
    guard feature.direction != nil else {
      return feature.isBeyondNoise ? text : "(\(text))"
    }
    let direction = feature.direction?.mean ?? 0
    return text + (direction > 0.3 ? " ↑" : direction < -0.3 ? " ↓" : "")
  }

  private func title(of row: ExplainedRow) -> String {
    row.trainingSource == "real" ? row.name : "\(row.trainingSource) \(row.name)"
  }

  private static func percent(_ share: Double?) -> String {
    Score.plain(share.map { $0 * 100 }, digits: 0)
  }
}
