import Foundation
import Metrics

extension Leaderboard {
  /// The table for a terminal, with the heading, failures and warnings.
  public func terminalTable() -> String {
    ([heading, "", table.aligned] + notes.map { "\n" + $0 }).joined(separator: "\n")
  }

  /// `leaderboard.md`: the same table, what it was measured on, what it says and how to read it.
  public func markdown(saying sentences: [String] = []) -> String {
    let split = experiment.split
    let label = experiment.label
    var parts = ["# \(title)", heading, table.markdown]
    parts += notes
    if !sentences.isEmpty {
      parts.append("## In short\n\n" + sentences.map { "- \($0)" }.joined(separator: "\n"))
    }
    parts.append(
      """
      ## How to read this

      - Every row is scored on the same \(dataset.testRows) test rows. Numbers are means over \(split.kind.replicates); in
        brackets, the \(percent(experiment.intervals.level)) interval of a moving-block bootstrap over dates
        (and over \(split.kind.replicates), where there are several). Rows whose intervals overlap widely are not
        told apart by this run.
      - Label: close-to-close return, entry lag \(label.entryLag), horizon \(label.horizon) (in dates),
        transform `\(label.transform.rawValue)`. R² is out of sample, against predicting zero.
      - Split: `\(split.kind.rawValue)`, \(split.folds) folds, purge \(label.reach) dates on both sides of every
        test block, embargo \(split.embargo), validation \(percent(split.validationFraction)) of training.
      - Long-short portfolio: \(percent(experiment.portfolio.quantile)) of the assets on each side, equal weights,
        annualised, net of \(Score.plain(experiment.portfolio.costBasisPoints)) basis points of the value traded.
      - Yardsticks are marked ◦. The oracle, ◆, knows the true expected return of a simulated market: no
        model can be expected to do better. `–` means undefined, such as a correlation of constants.

      Data: `\(dataset.name)`, content SHA-256 `\(dataset.contentSHA256)`. The full spec is in `spec.json`,
      all metrics in `leaderboard.csv` and `leaderboard.json`.
      """)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var heading: String {
    "\(dataset.title): \(dataset.assets) assets, \(dataset.dates) dates "
      + "(\(dataset.firstDate) to \(dataset.lastDate)), features \(experiment.featureWords)"
  }

  private var table: TextTable {
    let metrics = MetricColumn.all(of: experiment)
    var columns: [(String, TextTable.Alignment)] =
      [("model", .left)] + metrics.map { ($0.title, .right) }
    let hasOracle = rows.contains { $0.shareOfOracle != nil }
    if hasOracle { columns.append(("of oracle", .right)) }
    if !failures.isEmpty { columns.append(("failed", .right)) }
    var table = TextTable(columns.map { (title: $0.0, alignment: $0.1) })
    // Other sources have a table of their own.
    let real = rows.filter { $0.trainingSource == "real" }
    for row in real.isEmpty ? rows : real {
      let mark = ModelMark(row.family, isYardstick: row.isYardstick).symbol
      var cells =
        [(mark.isEmpty ? " " : mark) + " " + row.title + (row.warnings.isEmpty ? "" : " ⚠")]
        + metrics.map { $0.text(of: row) }
      if hasOracle {
        cells.append(row.shareOfOracle.map { String(format: "%.0f %%", $0 * 100) } ?? "–")
      }
      if !failures.isEmpty { cells.append(row.failed == 0 ? "" : "\(row.failed)") }
      table.rows.append(cells)
    }
    return table
  }

  private var notes: [String] {
    let warnings = rows.flatMap { row in row.warnings.map { "⚠ \(row.title): \($0)" } }
    let failed = failures.map { failure in
      "✗ \(failure.trainingSource == "real" ? "" : failure.trainingSource + " ")\(failure.family), fold \(failure.fold), seed \(failure.seed) failed at "
        + "\(failure.stage): \(failure.reason)"
    }
    return warnings + failed
  }

  private func percent(_ share: Double) -> String { Score.plain(share * 100) + " %" }
}

/// How scores are written for people.
enum Score {
  static func plain(_ value: Double?, digits: Int) -> String {
    guard let value else { return "–" }
    let text = String(format: "%.\(digits)f", value)
    // "-0.00" says less than it seems to.
    return text.allSatisfy { "-0.".contains($0) } ? String(format: "%.\(digits)f", 0.0) : text
  }

  static func plain(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : "\(value)"
  }

  static func interval(_ score: LeaderboardRow.Score?, digits: Int) -> String {
    guard let score, score.mean != nil else { return "–" }
    let mean = plain(score.mean, digits: digits)
    guard score.low != nil, score.high != nil else { return mean }
    return "\(mean) [\(plain(score.low, digits: digits)), \(plain(score.high, digits: digits))]"
  }
}

extension LeaderboardRow.Score {
  func scaled(by factor: Double) -> Self {
    Self(
      mean: mean.map { $0 * factor }, low: low.map { $0 * factor }, high: high.map { $0 * factor },
      undefinedDates: undefinedDates)
  }
}
