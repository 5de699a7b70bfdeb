import Market

/// Every family under every training source: where its RankIC goes when its rows are made up.
struct SourceComparison {
  let leaderboard: Leaderboard
  let comparisons: Comparisons
  let colours: ModelColours

  func section() -> PageSection? {
    let charts = comparisons.generators.compactMap { slopes($0.name) }
    guard !charts.isEmpty else { return nil }
    return PageSection(
      id: "sources", short: "Real against synthetic",
      title: "Real against synthetic, family by family",
      body: """
        <figure>\(HTML.grid(charts))<figcaption>Mean RankIC on the real test rows, one line a family, from real \
        training rows to sampled ones; one picture a generator, all on one scale. A line that falls loses skill; lines \
        that cross change the order of the families. Point at a dot for its interval. From the rows of the \
        table below.</figcaption></figure>\(table)
        """)
  }

  // MARK: - Pictures

  private static let kinds: [TrainingSource.Kind] = [.real, .synthetic, .augmented]

  /// Of every family its score under a generator's sources; `nil` where it has none.
  private func scores(_ generator: String, _ name: String) -> [LeaderboardRow.Score?] {
    Self.kinds.map { kind in
      let source = TrainingSource(kind, of: generator).description
      let row = leaderboard.rows.first {
        $0.name == name && $0.trainingSource == source && !$0.isYardstick
      }
      return row?.metrics["rank_ic"]
    }
  }

  private var names: [String] { leaderboard.rows.filter { !$0.isYardstick }.map(\.name).uniqued() }

  private func slopes(_ generator: String) -> HTML? {
    let lines = names.map { (name: $0, scores: scores(generator, $0)) }
      .filter { $0.scores.compactMap { $0?.mean }.count > 1 }
    let shown = Self.kinds.indices.filter { kind in lines.contains { $0.scores[kind]?.mean != nil }
    }
    guard !lines.isEmpty, shown.count > 1 else { return nil }
    let all = comparisons.generators.flatMap { verdict in
      names.flatMap { scores(verdict.name, $0).compactMap { $0?.mean } }
    }
    var x = ChartAxis("trained on", covering: shown.indices.map(Double.init), room: 0.08)
    x.named = shown.enumerated().map { (Double($0), Self.title(Self.kinds[$1])) }
    let y = ChartAxis("mean RankIC", covering: all, including: [0])
    var marks: [Chart.Mark] = [.level(0)]
    var ends: [(name: String, at: (x: Double, y: Double))] = []
    for line in lines {
      let series = colours.series(of: line.name)
      let points = shown.enumerated().map {
        (x: Double($0), y: line.scores[$1]?.mean ?? .nan)
      }
      marks.append(.line(points, series: series))
      marks.append(
        .dots(
          zip(points, shown).map { point, kind in
            (
              x: point.x, y: point.y,
              says:
                "\(line.name), \(Self.title(Self.kinds[kind])): "
                + Score.interval(line.scores[kind], digits: 3)
            )
          }, series: series))
      if let last = points.last(where: { $0.y.isFinite }) { ends.append((line.name, last)) }
    }
    var chart = Chart(
      title: generator,
      description: lines.map { line in
        line.name + " "
          + shown.map { Score.plain(line.scores[$0]?.mean, digits: 3) }.joined(separator: ", ")
      }.joined(separator: "; "),
      x: x, y: y, marks: marks, width: 380)
    chart.right = 14 + (ends.map { Chart.width(of: $0.name) }.max() ?? 0)
    let places = LabelPlacement.spread(
      ends.map { $0.at.y }, apart: 12 * (y.high - y.low) / chart.plotHeight,
      within: (y.low, y.high))
    for (end, place) in zip(ends, places) {
      chart.marks.append(
        .label(
          end.name, at: (end.at.x, place), series: colours.series(of: end.name), isLeft: false))
    }
    return chart.svg()
  }

  private static func title(_ kind: TrainingSource.Kind) -> String {
    switch kind {
    case .real: "real"
    case .synthetic: "synthetic"
    case .augmented: "both"
    case .reverse: "reverse"
    }
  }

  // MARK: - Table

  private var table: HTML {
    let rows = leaderboard.rows.filter { $0.trainingSource != "real" }
    let span = IntervalSpan(rows.compactMap { $0.metrics["rank_ic"] })
    let metrics = MetricColumn.all(of: leaderboard.experiment).dropFirst()
    return """
      <details><summary>All \(rows.count) rows with synthetic data</summary>\(HTML.table(
        [
          TableColumn("model", isNumber: false), TableColumn("trained on", isNumber: false),
          TableColumn("RankIC", isSorted: true),
          TableColumn("interval", isNumber: false, isPlain: true),
        ] + metrics.map { TableColumn($0.title) },
        rows.map { row in
          (
            cells: [
              Standings.name(row), "<td>\(row.trainingSource)</td>",
              HTML.cell(row.rankIC, digits: 3),
              "<td>\(span.svg(row.metrics["rank_ic"], isYardstick: row.isYardstick))</td>",
            ] + metrics.map { $0.cell(of: row) }, isYardstick: row.isYardstick
          )
        },
        caption: """
          As the leaderboard above. <em>reverse</em> is a model of real rows tested on sampled ones: its numbers \
          are of another market than all others.
          """))</details>
      """
  }
}
