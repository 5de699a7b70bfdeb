import Foundation
import Metrics

extension Baseline {
  /// What the baseline holds, for a terminal.
  public var summary: String {
    var table = TextTable(
      [("source", .left), ("model", .left), ("cells", .right)]
        + metrics.flatMap { [($0, .right), ("s.e.", .right)] })
    for row in rows {
      table.rows.append(
        [row.trainingSource, row.name, "\(row.cells.count)"]
          + metrics.flatMap { metric in
            let score = row.scores[metric]
            return [
              Score.plain(score?.mean, digits: 4), Score.plain(score?.standardError, digits: 4),
            ]
          })
    }
    return
      "\(title): \(dataset.name), content \(dataset.contentSHA256.prefix(8))\n\n\(table.aligned)"
  }

  /// Cells without predictions, one line each.
  public var failureLines: [String] {
    failures.map { row, failure in
      "\(row.trainingSource)/\(row.name), fold \(failure.fold), seed \(failure.seed): "
        + "\(failure.stage): \(failure.reason)"
    }
  }
}
