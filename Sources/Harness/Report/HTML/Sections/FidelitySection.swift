import Foundation
import Metrics

/// How the generators' markets resemble the real one: pictures of one market each, scores over all.
struct FidelitySection {
  /// One sampled market of each generator, of the same fold and seed where they were made.
  let examples: [ExampleMarket]
  let comparisons: Comparisons

  func section() -> PageSection? {
    let parts = [pictures, scores].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return PageSection(
      id: "fidelity", short: "Fidelity", title: "How real do the synthetic markets look?",
      body: "\(parts)")
  }

  // MARK: - Pictures

  /// Real is 0; generators come after it.
  private var legend: [(name: String, series: Int)] {
    [("real", 0)] + examples.enumerated().map { ($1.name, $0 + 1) }
  }

  private var pictures: HTML? {
    guard let first = examples.first else { return nil }
    func pair(
      _ curve: KeyPath<FidelityCurves, FidelityCurves.Pair>, _ title: String, _ words: String,
      x: String, y: String, kind: ChartAxis.Kind = .linear
    ) -> HTML {
      overlay(
        examples.map { $0.report.curves[keyPath: curve] }, title, words, x: x, y: y, yKind: kind)
    }
    let spectra = examples.compactMap(\.report.curves.spectrum)
    var charts = [
      pair(
        \.density, "Density of daily returns", "logarithmic, to show the tails",
        x: "real standard deviations", y: "density", kind: .logarithmic),
      pair(
        \.autocorrelation, "Autocorrelation of returns", "means over assets, by lag in dates",
        x: "lag", y: "ACF of r"),
      pair(
        \.absoluteAutocorrelation, "Autocorrelation of size",
        "volatility that comes in clusters falls slowly", x: "lag", y: "ACF of |r|"),
      pair(
        \.leverage, "Leverage effect", "falls that are followed by volatility lie below 0",
        x: "lag", y: "corr(r(t), r²(t + lag))"),
    ]
    if spectra.count == examples.count {
      charts.append(
        overlay(
          spectra, "Eigenvalues of the correlations", "shares of their sum, by rank", x: "rank",
          y: "share", xKind: .logarithmic, yKind: .logarithmic))
    }
    charts.append(fans)
    let where_: HTML =
      "fold \(first.fold + 1), \(first.seed == 0 ? "first seed" : "seed \(first.seed + 1)")"
    return """
      <figure>\(HTML.grid(charts))<figcaption>One sampled market of each generator (\(where_)) against the whole \
      real market, with the tested dates, which the generator was not fitted to. Where a line lies on that of the \
      real market, the sampled one has that trait. Every curve of every market: \
      <code>synthetic/*.fidelity.json</code>.</figcaption></figure>
      """
  }

  private func overlay(
    _ pairs: [FidelityCurves.Pair], _ title: String, _ words: String, x: String, y: String,
    xKind: ChartAxis.Kind = .linear, yKind: ChartAxis.Kind = .linear
  ) -> HTML {
    let values = pairs.flatMap { ($0.real + $0.synthetic).compactMap { $0 } }
    func line(_ positions: [Double], _ values: [Double?], _ series: Int) -> Chart.Mark {
      .line(zip(positions, values).map { ($0, $1 ?? .nan) }, series: series)
    }
    return Chart(
      title: title, description: words,
      x: ChartAxis(x, xKind, covering: pairs.flatMap(\.positions)),
      y: ChartAxis(y, yKind, covering: values, including: yKind == .linear ? [0] : []),
      marks: [.level(0)] + pairs.enumerated().map { line($1.positions, $1.synthetic, $0 + 1) }
        + pairs.prefix(1).map { line($0.positions, $0.real, 0) },
      legend: legend
    ).svg()
  }

  private var fans: HTML {
    let all = examples.map(\.report.curves.fan)
    var marks: [Chart.Mark] = [.level(0)]
    for (index, fan) in all.enumerated() {
      let days = fan.days.map(Double.init)
      if let low = fan.quantiles.first, let high = fan.quantiles.last,
        zip(low, high).contains(where: { $0 < $1 })
      {
        marks.append(
          .band(days.indices.map { (days[$0], low[$0], high[$0]) }, series: index + 1))
      }
      let middle = fan.quantiles[fan.quantiles.count / 2]
      marks.append(.line(days.indices.map { (days[$0], middle[$0]) }, series: index + 1))
    }
    if let fan = all.first {
      marks.append(.line(fan.days.indices.map { (Double(fan.days[$0]), fan.real[$0]) }, series: 0))
    }
    return Chart(
      title: "Paths of the market",
      description:
        "sums of the mean log return; bands from the 5th to the 95th percentile of paths",
      x: ChartAxis("day", covering: all.flatMap(\.days).map(Double.init)),
      y: ChartAxis(
        "sum of log returns", covering: all.flatMap { $0.quantiles.joined() + $0.real },
        including: [0]),
      marks: marks, legend: legend
    ).svg()
  }

  // MARK: - Scores

  private var scores: HTML? {
    let judged = comparisons.generators.compactMap { verdict in
      verdict.fidelity.map { (name: verdict.name, summary: $0) }
    }
    guard let first = judged.first?.summary else { return nil }
    let lines = first.scores.map { score in
      (
        cells: [
          """
          <th scope="row">\(score.title)\(score.horizon.map { " (\($0))" } ?? "")</th>
          """ as HTML
        ]
          + judged.map { generator in
            cell(
              generator.summary.scores.first {
                $0.metric == score.metric && $0.horizon == score.horizon
              })
          } + [HTML.cell(score.floor, digits: 4)], isYardstick: false
      )
    }
    let markets = judged.map { "\($0.name) \($0.summary.markets)" }.joined(separator: ", ")
    return """
      <details><summary>All \(first.scores.count) fidelity scores</summary>\(HTML.table(
        [TableColumn("score", isNumber: false)] + judged.map { TableColumn($0.name) }
          + [TableColumn("floor")], lines,
        caption: """
          Means over sampled markets (\(markets)). Floor: what a perfect generator would score. Bold: at least half \
          of the markets scored where nine of ten perfect generators would. Horizon or lag in brackets.
          """))</details>
      """
  }

  private func cell(_ score: FidelitySummary.Score?) -> HTML {
    guard let score else { return "<td class=\"number\">–</td>" }
    let text: HTML = "\(FidelityComparison.number(score.value))"
    let isWithin = (score.withinFloor ?? 0) >= 0.5
    return """
      <td class="number" data-v="\(String(score.value))">\(isWithin ? "<strong>\(text)</strong>" : text)</td>
      """
  }
}
