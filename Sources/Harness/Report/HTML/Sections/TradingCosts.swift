import Metrics

/// How much the portfolios trade, what that costs, and what it may cost at most.
struct TradingCosts {
  let leaderboard: Leaderboard

  func section() -> PageSection? {
    let rows = leaderboard.rows.filter {
      $0.trainingSource == "real" && $0.metrics["ls_return"]?.mean != nil
    }
    guard !rows.isEmpty else { return nil }
    let breakEven = { (row: LeaderboardRow) in row.metrics["ls_break_even"]?.scaled(by: 1e4) }
    let cost = leaderboard.experiment.portfolio.costBasisPoints
    let span = IntervalSpan(rows.compactMap(breakEven), digits: 1, mark: cost)
    let lines = rows.map { row in
      let (gross, net) = (row.metrics["ls_return"]?.mean, row.metrics["ls_return_net"]?.mean)
      return (
        cells: [
          Standings.name(row), HTML.cell(row.metrics["ls_turnover"]?.mean, digits: 2),
          HTML.cell(gross, digits: 1, factor: 100),
          HTML.cell(gross.flatMap { gross in net.map { gross - $0 } }, digits: 1, factor: 100),
          HTML.cell(net, digits: 1, factor: 100), HTML.cell(breakEven(row)?.mean, digits: 1),
          "<td>\(span.svg(breakEven(row), isYardstick: row.isYardstick))</td>",
        ], isYardstick: row.isYardstick
      )
    }
    return PageSection(
      id: "costs", short: "Costs", title: "Turnover and costs",
      body: HTML.table(
        [
          TableColumn("model", isNumber: false), TableColumn("turnover"),
          TableColumn("gross % p.a."), TableColumn("costs % p.a."),
          TableColumn("net % p.a."), TableColumn("break-even bp"),
          TableColumn("interval", isNumber: false, isPlain: true),
        ], lines,
        caption: """
          Turnover: share of the portfolio replaced at a rebalance. Costs are charged at \
          \(Score.plain(cost)) basis points of the value traded, the dashed line; break-even is the rate at which \
          nothing is left: a model whose interval lies right of the line earns its costs. Rows as in the leaderboard \
          (<code>ls_*</code> in <code>leaderboard.json</code>).
          """))
  }
}
