/// What the models rely on, family beside family.
struct ExplanationSection {
  let explanations: Explanations

  func section() -> PageSection? {
    let shuffled = explanations.rows.filter { $0.method == ExplainedRow.permutation }
    let divided = explanations.rows.filter { $0.method != ExplainedRow.permutation }
    let parts = [
      map(
        shuffled, title: "Permutation: share of the RankIC lost, %",
        caption: """
          Each feature is exchanged between the assets of a date and the model asked again; what its RankIC loses, as \
          share of what it loses over all features. A point: within two standard errors of nothing.
          """),
      map(
        divided, title: "Contributions: share of their mean size, %",
        caption: """
          What each feature adds to a prediction, by the method each family allows (coefficients, SHAP, layer-wise \
          relevance); ↑ and ↓ where more of it means a higher or a lower prediction.
          """),
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return PageSection(
      id: "explanations", short: "Explanations", title: "What the models rely on",
      body: """
        \(HTML.grid(parts))<p class="soft">Means over folds of the first seed, models trained on real rows; features of \
        the largest mean share. Features that say nearly the same share what they are worth, and a large share of \
        very little skill is very little. All features: <code>explanations.md</code> and \
        <code>explanations.json</code>.</p>
        """)
  }

  private static let most = 16

  private func map(_ rows: [ExplainedRow], title: String, caption: HTML) -> HTML? {
    guard !rows.isEmpty else { return nil }
    var sums: [String: Double] = [:]
    let all = rows.flatMap(\.features)
    for feature in all {
      sums[feature.name, default: 0] += feature.share.mean ?? 0
    }
    let clear = Set(all.filter(\.isBeyondNoise).map(\.name))
    // What is noise for every model says nothing, unless there is nothing else.
    let candidates = all.map(\.name).uniqued().filter { clear.isEmpty || clear.contains($0) }
    let names = candidates.enumerated().sorted { a, b in
      let (x, y) = (sums[a.element] ?? 0, sums[b.element] ?? 0)
      return x != y ? x > y : a.offset < b.offset
    }.prefix(Self.most).map(\.element)
    let cells = names.map { name in
      rows.map { row in row.features.first { $0.name == name } }
    }
    let columns = rows.map(\.name)
    return HTML.figure(
      Heatmap(
        title: title, description: describe(rows), rows: names, columns: columns,
        values: cells.map {
          $0.map { feature in
            guard let feature, let share = feature.share.mean else { return .nan }
            return feature.isBeyondNoise ? share * 100 : 0
          }
        },
        above: .low,
        says: { row, column in
          guard let feature = cells[row][column] else { return "" }
          return "\(columns[column]), \(names[row]): " + Self.words(feature)
        },
        writes: { row, column in
          guard let feature = cells[row][column], feature.isBeyondNoise else { return "·" }
          return Score.plain(feature.share.mean.map { $0 * 100 }, digits: 0) + Self.arrow(feature)
        }
      ).svg(), caption)
  }

  private static func words(_ feature: ExplainedRow.Feature) -> String {
    let spread = feature.share.spread.map { " ± \(Score.plain($0 * 100, digits: 0))" } ?? ""
    return Score.plain(feature.share.mean.map { $0 * 100 }, digits: 0) + spread + " %"
      + (feature.isBeyondNoise ? "" : ", within noise")
  }

  private static func arrow(_ feature: ExplainedRow.Feature?) -> String {
    let direction = feature?.direction?.mean ?? 0
    return direction > 0.3 ? "↑" : direction < -0.3 ? "↓" : ""
  }

  private func describe(_ rows: [ExplainedRow]) -> String {
    rows.map { row in
      "\(row.name) relies most on "
        + row.features.prefix(3).map { $0.name + " " + Self.words($0) }.joined(separator: ", ")
    }.joined(separator: "; ")
  }
}
