import Foundation

extension SampleGeneration.Report {
  /// What was asked for and what came of it, for a terminal.
  public var text: String {
    var lines = [
      "\(rows) training rows in \(crossSections) cross-sections, \(steps) steps × \(columns) columns, "
        + "by '\(generator)', seed \(seed)",
      "learnt from \(trainRows) rows, watching \(validationRows)",
    ]
    if !notes.isEmpty {
      lines.append(
        notes.keys.sorted().map { "\($0) \(Generation.Report.number(notes[$0] ?? .nan))" }
          .joined(separator: ", "))
    }
    lines.append("written: \(file)")
    return lines.joined(separator: "\n")
  }
}
