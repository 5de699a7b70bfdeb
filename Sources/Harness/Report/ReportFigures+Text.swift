import Metrics

extension ReportFigures {
  /// Tables of `leaderboard.md`: RankIC by block, regime and horizon.
  var markdown: String? {
    guard !blocks.rows.isEmpty else { return nil }
    var parts = ["## When does it work?", Self.table(blocks).markdown]
    if let regimes {
      parts += [
        Self.table(regimes).markdown,
        "Regimes of the market from its last 20 returns and its fall over 250 dates, up to the date; thresholds "
          + "are percentiles of the whole panel.",
      ]
    }
    if horizons.horizons.count > 1 {
      var table = TextTable(
        [("RankIC by horizon", .left)] + horizons.horizons.map { ("\($0)", .right) })
      table.rows = horizons.rows.map { row in
        [ModelMark.marked(row.name, isYardstick: row.isYardstick)]
          + row.scores.map { Score.plain($0.mean, digits: 3) }
      }
      parts += [
        "## How long does a forecast last?", table.markdown,
        "Stored predictions against returns over so many dates, all on the same rows; intervals are in "
          + "`report.json`.",
      ]
    }
    return "\n" + parts.joined(separator: "\n\n") + "\n"
  }

  private static func table(_ sliced: SlicedScores) -> TextTable {
    var table = TextTable(
      [("RankIC", .left)]
        + sliced.slices.map { ("\($0.name) (\($0.dates) dates)", .right) })
    table.rows = sliced.rows.map { row in
      [ModelMark.marked(row.name, isYardstick: row.isYardstick)]
        + row.scores.map { Score.plain($0.mean, digits: 3) }
    }
    return table
  }
}
