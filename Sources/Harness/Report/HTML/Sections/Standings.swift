import Metrics

/// The leaderboard: every model trained on real rows, with its interval drawn.
struct Standings {
  let leaderboard: Leaderboard
  let comparisons: Comparisons

  func section() -> PageSection {
    PageSection(id: "leaderboard", short: "Leaderboard", title: "Leaderboard", body: table)
  }

  /// Of a run without real rows, whatever there is.
  private var rows: [LeaderboardRow] {
    let real = leaderboard.rows.filter { $0.trainingSource == "real" }
    return real.isEmpty ? leaderboard.rows : real
  }

  private var table: HTML {
    let hasOracle = rows.contains { $0.shareOfOracle != nil }
    let hasFailures = rows.contains { $0.failed > 0 }
    let members = Dictionary(
      comparisons.confidenceSet.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let hasSet = !members.isEmpty && rows.allSatisfy { $0.trainingSource == "real" }
    var columns = [
      TableColumn("model", isNumber: false), TableColumn("RankIC", isSorted: true),
      TableColumn("\(level) interval", isNumber: false, isPlain: true),
    ]
    if hasSet { columns.append(TableColumn("best? p")) }
    let metrics = MetricColumn.all(of: leaderboard.experiment).dropFirst()
    columns += metrics.map { TableColumn($0.title) }
    if hasOracle { columns.append(TableColumn("of oracle")) }
    if hasFailures { columns.append(TableColumn("failed")) }
    let oracle = rows.first { $0.family == Oracle.id }
    let span = IntervalSpan(rows.compactMap { $0.metrics["rank_ic"] }, mark: oracle?.rankIC)
    let lines = rows.map { row in
      var cells = [
        Self.name(row), HTML.cell(row.rankIC, digits: 3),
        "<td>\(span.svg(row.metrics["rank_ic"], isYardstick: row.isYardstick))</td>",
      ]
      if hasSet { cells.append(Self.membership(members[row.name])) }
      cells += metrics.map { $0.cell(of: row) }
      if hasOracle {
        cells.append(HTML.cell(row.shareOfOracle, digits: 0, factor: 100, unit: " %"))
      }
      if hasFailures { cells.append(HTML.cell(Double(row.failed), digits: 0)) }
      return (cells: cells, isYardstick: row.isYardstick)
    }
    let set: HTML =
      hasSet
      ? " <em>best? p</em>: at what level the model confidence set throws the model out; bold stays in it at \(Score.plain((1 - comparisons.level) * 100)) %."
      : ""
    let dotted: HTML =
      oracle == nil ? "" : " The dashed line is the oracle, which knows the truth (◆)."
    return HTML.table(
      columns, lines,
      caption: """
        Means over \(replicates) on the same \(leaderboard.dataset.testRows) test rows; bars are \(level) \
        intervals of a moving-block bootstrap over dates and \(replicates). ◦ marks yardsticks; – is undefined.\
        \(dotted)\(set) A click on a heading sorts.
        """)
  }

  private var replicates: String { leaderboard.experiment.split.kind.replicates }
  private var level: String { Score.plain(leaderboard.experiment.intervals.level * 100) + " %" }

  static func name(_ row: LeaderboardRow) -> HTML {
    let known = ModelMark(row.family, isYardstick: row.isYardstick)
    let mark: HTML =
      known.symbol.isEmpty ? "" : "<abbr title=\"\(known.meaning)\">\(known.symbol)</abbr> "
    let warning: HTML =
      row.warnings.isEmpty
      ? "" : " <abbr title=\"\(row.warnings.joined(separator: "; "))\">⚠</abbr>"
    return "<th scope=\"row\">\(mark)\(row.name)\(warning)</th>"
  }

  private static func membership(_ member: Comparisons.Member?) -> HTML {
    guard let member, let p = member.pValue else { return "<td class=\"number\">–</td>" }
    let text: HTML = "\(Score.plain(p, digits: 2))"
    return """
      <td class="number" data-v="\(String(p))">\(member.isIn ? "<strong>\(text)</strong>" : text)</td>
      """
  }
}
