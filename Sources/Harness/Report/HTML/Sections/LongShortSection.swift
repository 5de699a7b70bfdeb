import Generators
import Market

/// What the portfolios have earned after costs, date by date.
struct LongShortSection {
  let figures: ReportFigures
  let portfolio: PortfolioSpecWords
  let colours: ModelColours

  func section() -> PageSection? {
    let curves = figures.longShort
    guard !curves.curves.isEmpty, let first = curves.positions.first,
      let last = curves.positions.last
    else { return nil }
    let places = curves.positions.map(Double.init)
    var x = ChartAxis("test date", covering: [Double(first), Double(last)], room: 0.01)
    x.named = DateMarks(curves.positions, curves.dates).marks
    let y = ChartAxis(
      "sum of net returns, %", covering: curves.curves.flatMap(\.net).map { $0 * 100 },
      including: [0])
    let stress = figures.marketRegimes?.stretches(of: .stress) ?? []
    var marks: [Chart.Mark] = [
      .shade(
        stress.filter { $0.upperBound > first && $0.lowerBound <= last }.map {
          (
            from: max(Double($0.lowerBound), Double(first)) - 0.5,
            to: min(Double($0.upperBound), Double(last)) - 0.5
          )
        }), .level(0),
    ]
    // Grey ones first, so that they lie below.
    let ordered = curves.curves.sorted {
      colours.series(of: $0.name) == ModelColours.grey
        && colours.series(of: $1.name) != ModelColours.grey
    }
    for curve in ordered {
      marks.append(
        .line(
          zip(places, curve.net).map { (x: $0, y: $1 * 100) },
          series: colours.series(of: curve.name), dashed: curve.isYardstick))
    }
    var chart = Chart(
      title: "Long-short portfolios after costs",
      description: curves.curves.map {
        "\($0.name) ends at \(Score.plain(($0.net.last ?? 0) * 100, digits: 1)) %"
      }.joined(separator: "; "),
      x: x, y: y, marks: marks, width: 860, height: 340)
    let ends = curves.curves.map { (name: $0.name, at: ($0.net.last ?? 0) * 100) }
    chart.nameEnds(ends, x: Double(last), colours: colours)
    return PageSection(
      id: "portfolios", short: "Portfolios", title: "Long-short portfolios",
      body: HTML.figure(
        chart.svg(),
        """
        Running simple sums, nothing reinvested, so that a straight line is a steady gain: each date long \
        \(portfolio.share) of the assets that the model ranks highest, short as many that it ranks lowest, held for \
        \(portfolio.holding), net of \(portfolio.cost) basis points of the value traded. Means over seeds (and \
        the paths of a combinatorial split) of models trained on real rows; dashed: yardsticks. Shaded: the market in \
        stress. Every fold’s part was earned by the model that did not see it. Numbers: <code>report.json</code>, <code>long_short</code>.
        """, isWide: true))
  }
}

/// How a portfolio's rules are spoken of.
struct PortfolioSpecWords {
  let share: String
  let holding: String
  let cost: String

  init(_ experiment: Experiment) {
    share = Score.plain(experiment.portfolio.quantile * 100) + " %"
    let horizon = experiment.label.horizon
    holding = horizon == 1 ? "one date" : "\(horizon) dates, a book for each of them"
    cost = Score.plain(experiment.portfolio.costBasisPoints)
  }
}

/// Marks of a time axis: first dates of years, quarters or months, as many as are easily read.
struct DateMarks {
  let marks: [(at: Double, text: String)]

  /// - Parameters:
  ///   - positions: Increasing.
  ///   - dates: The same as ISO dates.
  init(_ positions: [Int], _ dates: [String]) {
    let candidates = [4, 7].map { length in
      zip(positions, dates).reduce(into: [(at: Double, text: String)]()) { marks, point in
        let text = String(point.1.prefix(length))
        if marks.last?.text != text { marks.append((Double(point.0), text)) }
      }
    }
    // Years where there are enough of them; the first is rarely a whole one, but says where it starts.
    let chosen = candidates[0].count >= 4 ? candidates[0] : candidates[1]
    let step = max(1, (chosen.count + 7) / 8)
    marks = chosen.enumerated().filter { $0.offset % step == 0 }.map(\.element)
  }
}
