import Foundation
import Metrics

extension FidelityComparison {
  /// The table for a terminal.
  public var text: String {
    ([heading, "", table(report.rows).aligned] + notes.map { "\n" + $0 }).joined(separator: "\n")
  }

  var heading: String {
    let made = generator.isEmpty ? "" : " by '\(generator)'"
    return
      "\(synthetic)\(made): \(report.synthetic.paths) paths of \(report.synthetic.dates) returns × "
      + "\(report.synthetic.assets) assets, against \(real): \(report.real.dates) returns × "
      + "\(report.real.assets) assets"
  }

  /// What has to be known to read the table.
  var notes: [String] {
    var notes = [
      "floor: what a perfect generator would score against a market of this length; within: nine of ten "
        + "of them. A value inside that range cannot be told from perfect."
    ]
    if let classifier = report.classifier {
      notes.append(
        String(
          format:
            "two-sample classifier: %.1f %% [%.1f, %.1f] of %d windows told apart, chance %.0f %%; "
            + "the interval takes windows for independent, the floor's range does not",
          100 * classifier.accuracy, 100 * classifier.interval.low, 100 * classifier.interval.high,
          classifier.windows, 100 * classifier.chance))
    }
    if !report.isMatched { notes.append("the assets differ: their returns were pooled") }
    if let heldOut {
      notes.append("memorisation is judged by \(heldOut), which the generator did not learn from")
    } else if !generator.isEmpty {
      notes.append(
        "which of these dates the generator learnt from is not known here: copies are looked for in all of them, "
          + "and nothing says how near a market comes that it has not seen")
    }
    return notes
  }

  func table(_ rows: [FidelityRow]) -> TextTable {
    var table = TextTable([
      ("metric", .left), ("horizon", .right), ("value", .right), ("floor", .right),
      ("within", .right), ("real", .right), ("synthetic", .right),
    ])
    for row in rows {
      table.rows.append([
        row.title, row.horizon.map { "\($0)" } ?? "", Self.number(row.value),
        Self.number(row.floor),
        row.floorRange.map { "\(Self.number($0.low)) to \(Self.number($0.high))" } ?? "",
        Self.number(row.real), Self.number(row.synthetic),
      ])
    }
    return table
  }

  /// Four significant digits; – for what is undefined.
  static func number(_ value: Double?) -> String {
    guard let value else { return "–" }
    if value == 0 { return "0" }
    return abs(value) >= 0.001 && abs(value) < 10_000
      ? String(format: "%.\(max(0, 3 - Int(floor(log10(abs(value))))))f", value)
      : String(format: "%.2e", value)
  }
}
