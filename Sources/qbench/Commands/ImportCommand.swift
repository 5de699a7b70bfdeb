import Datasets
import Foundation
import Harness
import Market

extension CommandDefinition {
  static let importData = CommandDefinition(
    name: "import",
    summary: "Read prices from CSV files, check every row, write an HDF5 panel.",
    positionals: ["csv", "FILE…"],
    options: [
      OptionDefinition("--out", "FILE.h5", "where to write (default: the first file's name, here)"),
      OptionDefinition("--attributes", "FILE", "CSV of static attributes: ticker,sector[,…]"),
      OptionDefinition("--title", "TEXT", "title of the panel (default: the file's name)"),
    ]
      + ImportOptions.flags.map {
        OptionDefinition(
          "--\($0.name)", "VALUE", $0.accepted,
          takesMany: ImportOptions.additiveFlags.contains($0.name))
      }
      + [OptionDefinition("--json", nil, "print the import report as JSON")],
    notes: """
      Files may be plain or gzipped, long (date,ticker,open,…), wide (a column of closes per asset)
      or of a single asset. Several files make one panel. Nothing is written if a file is refused.
      """
  ) { arguments in
    guard arguments.positionals[0] == "csv" else {
      throw UsageError.unknownFormat(arguments.positionals[0])
    }
    let files = Array(arguments.positionals.dropFirst())
    let target = arguments.string("--out") ?? defaultTarget(for: files[0])
    var options = ImportOptions()
    for flag in ImportOptions.flags {
      for value in arguments.strings("--\(flag.name)") { try options.set(flag.name, to: value) }
    }
    let (panel, report) = try CSVImporter(options: options).panel(
      from: files, attributes: arguments.string("--attributes"))
    let names = files.map { URL(fileURLWithPath: $0).lastPathComponent }
    try PanelFile.write(
      panel,
      FileMetadata(
        title: arguments.string("--title") ?? names.joined(separator: ", "),
        source: "imported from \(names.joined(separator: ", "))",
        createdBy: "qbench \(Version.current)"),
      to: target)
    print(
      arguments.has("--json")
        ? String(decoding: try StrictJSON.encode(report, pretty: true), as: UTF8.self)
        : "\(report)\nwritten: \(target)")
    return 0
  }

  /// `prices.csv.gz` → `prices.h5`, in the current folder.
  private static func defaultTarget(for file: String) -> String {
    let name = URL(fileURLWithPath: file).lastPathComponent
    return (name.split(separator: ".").first.map(String.init) ?? "panel") + ".h5"
  }
}
