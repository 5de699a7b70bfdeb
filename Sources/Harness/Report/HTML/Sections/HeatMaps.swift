import Foundation
import Generators

/// Where in time each model's skill comes from: test blocks, and regimes of the market.
struct HeatMaps {
  let figures: ReportFigures

  func section() -> PageSection? {
    guard !figures.blocks.rows.isEmpty else { return nil }
    let blocks = map(
      figures.blocks, title: "Mean RankIC by \(noun)",
      caption: """
        One column a block of test dates, in order of time. A model that is blue throughout is not carried by one \
        lucky stretch.
        """)
    let regimes = figures.regimes.flatMap { sliced in
      figures.marketRegimes.map { market in
        map(
          sliced, title: "Mean RankIC by market regime",
          caption: """
            \(counts(sliced)). A date’s regime follows from the market’s last 20 returns and its fall over 250 dates, \
            up to that date: stress where volatility is above \(percent(market.thresholds.stressVolatility)) a day \
            or the fall beyond \(percent(1 - exp(-market.thresholds.stressDrawdown))), calm where it is below \
            \(percent(market.thresholds.calmVolatility)) and the fall at most \
            \(percent(1 - exp(-market.thresholds.calmDrawdown))). The thresholds are percentiles (80th and 90th, \
            40th and 50th) of the whole panel: they sort test dates and train nothing.
            """)
      }
    }
    return PageSection(
      id: "when", short: "Folds and regimes", title: "When does it work?",
      body: """
        \(HTML.grid([blocks, regimes].compactMap { $0 }))\(intervals)<p class="soft">Models trained on real rows, the \
        mean over seeds (and the paths of a combinatorial split); both on one scale, blue above 0 and red below. Point \
        at a square for its interval. Numbers: <code>report.json</code>, <code>blocks</code> and <code>regimes</code>.</p>
        """)
  }

  private var noun: String {
    figures.blocks.slices.first.map { $0.name.split(separator: " ").first.map(String.init) ?? "" }
      ?? "fold"
  }

  private func map(_ sliced: SlicedScores, title: String, caption: HTML) -> HTML {
    let everything = [figures.blocks, figures.regimes].compactMap { $0 }.flatMap(\.rows)
      .flatMap(\.scores)
    return HTML.figure(
      Heatmap(
        title: title, description: describe(sliced),
        rows: sliced.rows.map { ModelMark.marked($0.name, isYardstick: $0.isYardstick) },
        columns: sliced.slices.map(\.name),
        values: sliced.rows.map { $0.scores.map { $0.mean ?? .nan } },
        reach: everything.compactMap { $0.mean.map(abs) }.max(),
        format: { Score.plain($0, digits: 3) }, above: .low,
        says: { row, column in
          let score = sliced.rows[row].scores[column]
          return
            "\(sliced.rows[row].name), \(sliced.slices[column].name): "
            + Score.interval(LeaderboardRow.Score(score), digits: 3) + " on \(score.dates) dates"
        }
      ).svg(), caption)
  }

  /// Every square with its interval, for those who cannot point at one.
  private var intervals: HTML {
    let sliced = [figures.blocks, figures.regimes].compactMap { $0 }
    let slices = sliced.flatMap(\.slices)
    // Both are of the same models in the same order.
    let rows = figures.blocks.rows.enumerated().map {
      index, row -> (cells: [HTML], isYardstick: Bool) in
      let scores = sliced.flatMap { $0.rows[index].scores }.map { score -> HTML in
        let text = Score.interval(LeaderboardRow.Score(score), digits: 3)
        guard let mean = score.mean else { return "<td class=\"number\">\(text)</td>" }
        return "<td class=\"number\" data-v=\"\(String(mean))\">\(text)</td>"
      }
      let name = ModelMark.marked(row.name, isYardstick: row.isYardstick)
      return (
        cells: ["<th scope=\"row\">\(name)</th>"] + scores, isYardstick: row.isYardstick
      )
    }
    return """
      <details><summary>RankIC with intervals</summary>\(HTML.table(
        [TableColumn("model", isNumber: false)] + slices.map { TableColumn($0.name) }, rows,
        caption: "As the pictures above; in brackets, intervals of the leaderboard’s resamples."))</details>
      """
  }

  private func describe(_ sliced: SlicedScores) -> String {
    sliced.rows.map { row in
      row.name + " "
        + zip(sliced.slices, row.scores).map { "\($0.name) \(Score.plain($1.mean, digits: 3))" }
        .joined(separator: ", ")
    }.joined(separator: "; ")
  }

  private func counts(_ sliced: SlicedScores) -> String {
    "Test dates: " + sliced.slices.map { "\($0.dates) \($0.name)" }.joined(separator: ", ")
  }

  private func percent(_ share: Double) -> String { Score.plain(share * 100, digits: 1) + " %" }
}
