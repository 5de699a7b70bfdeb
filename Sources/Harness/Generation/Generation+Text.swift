import Foundation
import Generators

extension Generation.Report {
  /// What was asked for and what came of it, for a terminal.
  public var text: String {
    var lines = [
      "\(paths) \(paths == 1 ? "path" : "paths") of \(days) \(days == 1 ? "day" : "days") × \(assets) \(assets == 1 ? "asset" : "assets") by "
        + "'\(generator)', seed \(seed)"
    ]
    if !notes.isEmpty {
      lines.append(
        notes.keys.sorted().map { "\($0) \(Self.number(notes[$0] ?? .nan))" }
          .joined(separator: ", "))
    }
    if !leftOut.isEmpty {
      let shown = leftOut.prefix(5).joined(separator: ", ") + (leftOut.count > 5 ? ", …" : "")
      lines.append(
        "left out, with fewer than \(Generation.fewestReturns) returns to learn from: "
          + "\(leftOut.count) (\(shown))")
    }
    if let scenario { lines.append("\n" + scenario.text) }
    lines.append("written: \(file)")
    return lines.joined(separator: "\n")
  }

  static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9
      ? String(format: "%.0f", value) : String(format: "%.4g", value)
  }
}

extension ScenarioOutcome {
  /// A table of targets, with the number of draws and how plausible the paths are.
  var text: String {
    var table = TextTable([
      ("target", .left), ("usual", .right), ("asked", .right), ("reached", .right),
      ("range over paths", .right), ("tolerance", .right),
    ])
    func format(_ value: Double?, _ row: Row) -> String {
      guard let value, value.isFinite else { return "–" }
      return ["correlation", "volume"].contains(row.quantity)
        ? String(format: "%.2f", value) : String(format: "%.1f %%", 100 * value)
    }
    for row in rows {
      table.rows.append([
        row.quantity, format(row.usual, row), format(row.target, row), format(row.reached, row),
        "\(format(row.least, row)) to \(format(row.most, row))", "± " + format(row.tolerance, row),
      ])
    }
    var lines = [
      "scenario '\(scenario)' at severity \(Generation.Report.number(severity)), "
        + "\(horizon) days: \(draws) \(draws == 1 ? "draw" : "draws") for \(paths) "
        + (paths == 1 ? "path" : "paths"),
      "", table.aligned, "",
      String(
        format:
          "plausibility: Mahalanobis distance %.1f; the farthest month of the history lies at "
          + "%.1f, and %.1f %% of its months at least as far as this",
        plausibility.distance, plausibility.farthestInHistory, 100 * plausibility.shareAsFar),
    ]
    lines += notApplicable.map { "not applicable: \($0)" }
    return lines.joined(separator: "\n")
  }
}
