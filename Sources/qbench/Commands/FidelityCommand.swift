import Foundation
import HDF5
import Harness
import Market

extension CommandDefinition {
  static let fidelity = CommandDefinition(
    name: "fidelity",
    summary:
      "How well sampled paths resemble a real market, beside what a perfect generator scores.",
    positionals: ["FILE.h5"],
    options: [
      OptionDefinition("--against", "NAME|FILE.h5", "the real market (default: reference)"),
      OptionDefinition("--dates", "A:B", "only these dates of it, such as 2009-05-01:2018-12-31"),
      OptionDefinition("--page", "FILE.html", "pictures and tables (default: FILE.fidelity.html)"),
      OptionDefinition("--seed", "K", "root of the resamples behind the floors"),
      OptionDefinition("--json", nil, "print all numbers and curves as JSON"),
    ],
    notes: """
      Every number stands beside its floor: what is left of it for a generator that is perfect, since the
      real market is only so long. Documentation/fidelity.md has the definitions.
      """
  ) { arguments in
    let file = arguments.positionals[0]
    let page = arguments.string("--page") ?? defaultPage(for: file)
    let comparison = try FidelityComparison(
      of: file, against: arguments.string("--against") ?? "reference",
      dates: arguments.string("--dates"),
      seed: try arguments.integer("--seed", in: 0...Int.max).map(UInt64.init) ?? 20_240_101)
    try AtomicFile.replace(page) { temporary in
      try Data(FidelityPage(comparison).source.utf8).write(to: URL(fileURLWithPath: temporary))
    }
    print(
      arguments.has("--json")
        ? String(decoding: try StrictJSON.encode(comparison, pretty: true), as: UTF8.self)
        : comparison.text)
    Terminal.write("page: \(page)\n")
    return 0
  }

  private static func defaultPage(for file: String) -> String {
    (file.hasSuffix(".h5") ? String(file.dropLast(3)) : file) + ".fidelity.html"
  }
}
