import Foundation
import Generators
import Harness
import Market

extension CommandDefinition {
  static let generate = CommandDefinition(
    name: "generate",
    summary: "Fit a generator to a market and write markets that have not happened.",
    options: [
      OptionDefinition(
        "--generator", "G|FILE.h5", "a generator (`qbench list`), or one stored before"),
      OptionDefinition("--from", "NAME|FILE.h5", "market to learn from (default: reference)"),
      OptionDefinition(
        "--dates", "A:B", "learn from these dates only, such as 2009-05-01:2018-12-31"),
      OptionDefinition(
        "--watch", "X", "share of the dates, the last, watched and not learnt from (default: 0.2)"),
      OptionDefinition("--scenario", "S|FILE.json5", "a template (`qbench list`), or one of yours"),
      OptionDefinition("--severity", "X", "0 usual, 1 the scenario, up to 3 (default: 1)"),
      OptionDefinition("--paths", "N", "how many (default: 1)"),
      OptionDefinition("--days", "N", "length of each (default: the scenario's, or 250)"),
      OptionDefinition("--assets", "N", "so many new assets instead of the market's own"),
      OptionDefinition(
        "--features", "SET", "of a generator that makes training rows (default: alpha20)"),
      OptionDefinition("--seed", "K", "root of every random stream"),
      OptionDefinition("--hyperparameters", "JSON", "of the generator, such as '{steps: 500}'"),
      OptionDefinition("--device", "cpu|cuda", "where networks are trained (default: cpu)"),
      OptionDefinition("--keep", "FILE.h5", "store the fitted generator as well"),
      OptionDefinition("--out", "FILE.h5", "where to write the paths"),
      OptionDefinition("--json", nil, "print the report as JSON"),
    ],
    notes: """
      Generators learn from the first four fifths of the market's dates and watch the last one, unless
      `--watch` says otherwise. Assets with fewer than 60 returns to learn from are left out, and named.
      Training that was interrupted goes on when the same command is given again. A scenario whose
      targets cannot be met is an error that says how near it got; nothing is written then but the
      checkpoints of what was trained, from which the next try with this `--out` goes on.
      A stored generator needs no market, but for a scenario the one it was fitted to (`--from`, `--dates`).
      A generator of training rows (`add`) writes windows of features with labels instead of markets;
      scenarios, paths, days and new assets mean nothing to it.
      """
  ) { arguments in
    guard let generator = arguments.string("--generator") else {
      throw UsageError.missingOption("--generator", command: "generate")
    }
    guard let output = arguments.string("--out") else {
      throw UsageError.missingOption("--out", command: "generate")
    }
    var spec = GenerationSpec(generator: generator)
    spec.dataset = arguments.string("--from") ?? spec.dataset
    spec.dates = arguments.string("--dates")
    if let text = arguments.string("--watch") {
      guard let share = Double(text), share.isFinite else {
        throw UsageError.badNumber("--watch", text, accepted: "a number from 0 to 0.5")
      }
      spec.watched = share
    }
    spec.scenario = try arguments.string("--scenario").map(scenario(named:))
    if let text = arguments.string("--severity") {
      guard spec.scenario != nil else {
        throw SpecError.invalid(
          key: "--severity", value: text, accepted: "only together with --scenario")
      }
      guard let severity = Double(text), severity.isFinite else {
        throw UsageError.badNumber("--severity", text, accepted: "a number from 0 to 3")
      }
      spec.severity = severity
    }
    spec.paths = try arguments.integer("--paths", in: 1...100_000) ?? spec.paths
    spec.days = try arguments.integer("--days", in: 1...1_000_000)
    spec.newAssets = try arguments.integer("--assets", in: 1...10_000)
    if let seed = try arguments.integer("--seed", in: 0...Int.max) { spec.seed = UInt64(seed) }
    spec.device = arguments.string("--device") ?? spec.device
    if let text = arguments.string("--hyperparameters") {
      let merged = try StrictJSON.overlaying(
        Data(text.utf8), on: Data("{}".utf8), named: "--hyperparameters")
      spec.hyperparameters = try JSONDecoder().decode(JSONValue.self, from: merged)
    }
    let progress = TrainingLine()
    let features = arguments.string("--features")
    let makesRows = try SampleGeneration.makes(generator)
    if GenerationSpec.namesFile(generator) {
      try arguments.refuse(["--watch"], with: "a stored generator")
      if !makesRows, spec.scenario == nil {
        try arguments.refuse(["--from", "--dates"], with: "a stored generator and no scenario")
      }
    }
    if makesRows {
      let report = try SampleGeneration(spec, features: features).run(
        writing: output, keepingGenerator: arguments.string("--keep")
      ) { progress.show($0) }
      progress.end()
      try show(report, report.text, asJSON: arguments.has("--json"))
      return 0
    }
    guard features == nil else {
      throw SpecError.invalid(
        key: "--features", value: features ?? "",
        accepted: "only with a generator of training rows, such as 'add'")
    }
    let report = try Generation(spec).run(
      writing: output, keepingGenerator: arguments.string("--keep")
    ) { progress.show($0) }
    progress.end()
    try show(report, report.text, asJSON: arguments.has("--json"))
    return 0
  }

  private static func show(_ report: some Encodable, _ text: String, asJSON: Bool) throws {
    print(
      asJSON
        ? String(decoding: try StrictJSON.encode(report, pretty: true), as: UTF8.self) : text)
  }

  /// A template by its name, or a file of JSON5.
  private static func scenario(named name: String) throws -> Scenario {
    guard name.contains("/") || name.hasSuffix(".json5") || name.hasSuffix(".json") else {
      return try scenarioRegistry.require(name)
    }
    guard let data = FileManager.default.contents(atPath: name) else {
      throw SpecError.unreadable(file: name, reason: "cannot be read; give a JSON5 scenario")
    }
    return try Scenario(json: data, named: name)
  }
}
