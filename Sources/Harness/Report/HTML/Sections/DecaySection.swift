/// How long a forecast lasts: RankIC against returns of several horizons.
struct DecaySection {
  let figures: ReportFigures
  let colours: ModelColours
  /// Confidence of the intervals, 0 to 1.
  let level: Double

  private var horizons: HorizonScores { figures.horizons }

  func section() -> PageSection? {
    guard horizons.horizons.count > 1, !horizons.rows.isEmpty else { return nil }
    return PageSection(
      id: "decay", short: "Horizons", title: "How long does a forecast last?",
      body: "\(picture)\(table)")
  }

  private var picture: HTML {
    let places = horizons.horizons.map(Double.init)
    var x = ChartAxis("horizon of the return, in dates", .logarithmic, covering: places)
    x.named = places.map { ($0, Score.plain($0)) }
    let y = ChartAxis(
      "mean RankIC", covering: horizons.rows.flatMap { $0.scores.compactMap(\.mean) },
      including: [0])
    var marks: [Chart.Mark] = [
      .level(0),
      .rule(
        from: (Double(horizons.labelHorizon), y.low), to: (Double(horizons.labelHorizon), y.high)),
    ]
    for row in horizons.rows.sorted(by: { $0.isYardstick && !$1.isYardstick }) {
      let series = colours.series(of: row.name)
      let points = zip(places, row.scores).map { (x: $0, y: $1.mean ?? .nan) }
      marks.append(.line(points, series: series, dashed: row.isYardstick))
      marks.append(
        .dots(
          zip(points, row.scores).map { point, score in
            (
              x: point.x, y: point.y,
              says: "\(row.name), \(Score.plain(point.x)) dates: "
                + Score.interval(LeaderboardRow.Score(score), digits: 3)
            )
          }, series: series))
    }
    var chart = Chart(
      title: "RankIC by horizon",
      description: horizons.rows.map { row in
        row.name + " "
          + zip(horizons.horizons, row.scores).map { "\(Score.plain($1.mean, digits: 3)) at \($0)" }
          .joined(separator: ", ")
      }.joined(separator: "; "),
      x: x, y: y, marks: marks, width: 860, height: 340)
    let ends = horizons.rows.compactMap { row in
      row.scores.last?.mean.map { (name: row.name, at: $0) }
    }
    chart.nameEnds(ends, x: places.last ?? 1, colours: colours)
    return HTML.figure(
      chart.svg(),
      """
      The stored predictions of models trained on real rows, held against close-to-close returns over more dates than \
      they were made for (the dashed upright line, \(horizons.labelHorizon)), entered \(horizons.entryLag) \
      \(horizons.entryLag == 1 ? "date" : "dates") after the decision. A curve that falls slowly leaves room to trade \
      less often; one that rises with the horizon has found something slower than its label. The \
      oracle knows no other horizon than the label’s. All horizons on the \
      same rows, those with a return at every one of them.
      """, isWide: true)
  }

  private var table: HTML {
    """
    <details><summary>The numbers, with \(Score.plain(level * 100)) % intervals</summary>\(HTML.table(
      [TableColumn("model", isNumber: false)] + horizons.horizons.map { TableColumn("\($0)") },
      horizons.rows.map { row in
        (
          cells: [
            "<th scope=\"row\">\(ModelMark.marked(row.name, isYardstick: row.isYardstick))</th>"
          ]
            + row.scores.map { score in
              guard let mean = score.mean else { return "<td class=\"number\">–</td>" }
              return """
                <td class="number" data-v="\(String(mean))">\
                \(Score.interval(LeaderboardRow.Score(score), digits: 3))</td>
                """
            }, isYardstick: row.isYardstick
        )
      },
      caption: """
        Intervals of a bootstrap over blocks of \(horizons.blockLength) dates, since long returns overlap. The same \
        in <code>report.json</code>, <code>horizons</code>.
        """))</details>
    """
  }
}
