import Datasets
import Market

extension CommandDefinition {
  static let describe = CommandDefinition(
    name: "describe",
    summary: "What an HDF5 file of qbench holds, after checking all of it.",
    positionals: ["FILE.h5"],
    options: [OptionDefinition("--json", nil, "print JSON")]
  ) { arguments in
    let summary = try FileSummary(describing: arguments.positionals[0])
    print(
      arguments.has("--json")
        ? String(decoding: try StrictJSON.encode(summary, pretty: true), as: UTF8.self)
        : "\(summary)")
    return 0
  }

  static let export = CommandDefinition(
    name: "export",
    summary: "Write a panel as long-format CSV: date, ticker, fields.",
    positionals: ["FILE.h5"],
    options: [OptionDefinition("--csv", "FILE", "where to write")]
  ) { arguments in
    guard let target = arguments.string("--csv") else {
      throw UsageError.missingOption("--csv FILE", command: "export")
    }
    let (panel, _) = try PanelFile.read(arguments.positionals[0])
    try PanelCSV.write(panel, to: target)
    return 0
  }
}
