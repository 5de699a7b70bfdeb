import Foundation
import Metrics

/// The comparison as one page with pictures, which opens offline.
public struct FidelityPage {
  private let comparison: FidelityComparison
  private var curves: FidelityCurves { comparison.report.curves }

  public init(_ comparison: FidelityComparison) { self.comparison = comparison }

  /// The whole page.
  public var source: String {
    let notes = comparison.notes.map { "<p>\($0)</p>" as HTML }
    let figures = charts.map { "<figure>\($0)</figure>" as HTML }
    let groups = FidelityMetric.Group.allCases.map(section)
    return Page(
      title: "Fidelity of \(comparison.synthetic)",
      body: """
        <h1>Fidelity of \(comparison.synthetic)</h1><p class="soft">\(comparison.heading)</p>\(notes)\
        <h2>Pictures</h2><div class="grid">\(figures)</div>\(groups)
        """
    ).source
  }

  // MARK: - Pictures

  private static let sides = [(name: "real", series: 0), (name: "synthetic", series: 1)]

  private var charts: [HTML] {
    [fan, density, quantiles]
      + [
        lags(curves.autocorrelation, "Autocorrelation of returns", "ACF of r"),
        lags(curves.absoluteAutocorrelation, "Autocorrelation of size", "ACF of |r|"),
        lags(curves.squaredAutocorrelation, "Autocorrelation of squares", "ACF of r²"),
        lags(curves.leverage, "Leverage effect", "corr(r(t), r²(t + lag))"),
      ].map { $0 } + [spectrum, matrices].compactMap { $0 }
  }

  private var fan: HTML {
    let fan = curves.fan
    let days = fan.days.map(Double.init)
    func band(_ low: Int, _ high: Int) -> Chart.Mark {
      .band(
        days.indices.map { (days[$0], fan.quantiles[low][$0], fan.quantiles[high][$0]) }, series: 1)
    }
    return Chart(
      title: "Paths of the market", description: "5, 25, 50, 75 and 95 % quantiles over the paths",
      x: ChartAxis("day", covering: days),
      y: ChartAxis("sum of log returns", covering: fan.quantiles.joined(), including: fan.real),
      marks: [
        band(0, 4), band(1, 3),
        .line(days.indices.map { (days[$0], fan.quantiles[2][$0]) }, series: 1),
        .line(days.indices.map { (days[$0], fan.real[$0]) }, series: 0), .level(0),
      ], legend: Self.sides
    ).svg()
  }

  private var density: HTML {
    let pair = curves.density
    return Chart(
      title: "Density of daily returns", description: "on a logarithmic axis, for the tails",
      x: ChartAxis("real standard deviations", covering: pair.positions),
      y: ChartAxis(
        "density", .logarithmic, covering: (pair.real + pair.synthetic).compactMap { $0 }),
      marks: lines(pair), legend: Self.sides
    ).svg()
  }

  private var quantiles: HTML {
    let pair = curves.quantiles
    let points = zip(pair.real, pair.synthetic).compactMap { real, synthetic in
      real.flatMap { real in synthetic.map { (x: real, y: $0) } }
    }
    let all = points.flatMap { [$0.x, $0.y] }
    return Chart(
      title: "Quantiles against quantiles", description: "on the line where both agree",
      x: ChartAxis("real, in deviations", covering: all),
      y: ChartAxis("synthetic, in real deviations", covering: all),
      marks: [
        .rule(
          from: (all.min() ?? 0, all.min() ?? 0), to: (all.max() ?? 1, all.max() ?? 1)),
        .points(points, series: 1),
      ]
    ).svg()
  }

  private func lags(_ pair: FidelityCurves.Pair, _ title: String, _ label: String) -> HTML {
    Chart(
      title: title, description: "means over assets and paths, by lag in days",
      x: ChartAxis("lag", covering: pair.positions),
      y: ChartAxis(
        label, covering: (pair.real + pair.synthetic).compactMap { $0 }, including: [0]),
      marks: [.level(0)] + lines(pair), legend: Self.sides
    ).svg()
  }

  private var spectrum: HTML? {
    curves.spectrum.map { pair in
      Chart(
        title: "Eigenvalues of the correlations", description: "shares of their sum, by rank",
        x: ChartAxis("rank", .logarithmic, covering: pair.positions),
        y: ChartAxis(
          "share", .logarithmic, covering: (pair.real + pair.synthetic).compactMap { $0 }),
        marks: lines(pair), legend: Self.sides
      ).svg()
    }
  }

  private var matrices: HTML? {
    curves.correlations.map { found in
      func map(_ title: String, _ values: [Double?]) -> HTML {
        let size = found.assets.count
        return Heatmap(
          title: title, description: "\(size) assets, blue -1 to red 1",
          values: (0..<size).map { row in
            (0..<size).map { values[row * size + $0] ?? .nan }
          }, reach: 1, width: 220
        ).svg()
      }
      let other = found.synthetic.map { map("Correlations, synthetic", $0) } ?? ""
      return """
        <div style="display:grid;grid-template-columns:1fr 1fr;gap:.5rem">\
        \(map("Correlations, real", found.real))\(other)</div>
        """
    }
  }

  private func lines(_ pair: FidelityCurves.Pair) -> [Chart.Mark] {
    [pair.real, pair.synthetic].enumerated().map { series, values in
      .line(zip(pair.positions, values).map { ($0, $1 ?? .nan) }, series: series)
    }
  }

  // MARK: - Tables

  private func section(_ group: FidelityMetric.Group) -> HTML {
    let table = comparison.table(comparison.report.rows.filter { $0.group == group })
    guard !table.rows.isEmpty else { return "" }
    let heads = table.header.enumerated().map { index, name in
      "<th scope=\"col\" class=\"\(index == 0 ? "" : "number")\">\(name)</th>" as HTML
    }
    let rows = table.rows.map { cells in
      let first = "<th scope=\"row\">\(cells[0])</th>" as HTML
      let rest = cells.dropFirst().map { "<td class=\"number\">\($0)</td>" as HTML }
      return "<tr>\(first)\(rest)</tr>" as HTML
    }
    return """
      <h2>\(group.title)</h2><div class="scroll"><table><thead><tr>\(heads)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }
}

extension FidelityMetric.Group {
  /// As a heading.
  var title: String {
    switch self {
    case .distribution: "Distribution of returns"
    case .dependence: "Dependence over time"
    case .risk: "Risk: the synthetic market as a forecast of the real one"
    case .crossSection: "Dependence across assets"
    case .detection: "Can they be told apart?"
    case .memorisation: "Memorisation"
    }
  }
}
