import Foundation
import Harness
import Market
import Models

extension CommandDefinition {
  static let run = CommandDefinition(
    name: "run",
    summary:
      "Train every family on every fold, score them on the same rows, print the leaderboard.",
    positionals: ["[SPEC]"],
    options: [
      OptionDefinition("--dataset", "NAME|FILE.h5", "market to use (default: reference)"),
      OptionDefinition("--profile", "NAME", "quick (default), standard or full"),
      OptionDefinition("--families", "a,b", "only these families"),
      OptionDefinition("--generators", "a,b", "only these generators of synthetic markets"),
      OptionDefinition("--only", "a,b", "of real, synthetic, augmented, reverse: only these"),
      OptionDefinition("--seeds", "N", "fits of each family that depends on chance"),
      OptionDefinition("--folds", "N", "folds of the split"),
      OptionDefinition("--seed", "K", "root of every random stream"),
      OptionDefinition("--device", "cpu|cuda", "where networks are trained (default: cpu)"),
      OptionDefinition("--jobs", "N", "worker processes (default: one a core)"),
      OptionDefinition("--out", "DIR", "run directory (default: reports/…, named after the spec)"),
      OptionDefinition(
        "--cache", "DIR", "take finished cells from here, and keep them (also $QBENCH_CACHE)"),
      OptionDefinition("--dry-run", nil, "print the plan, and what time, memory and disk it takes"),
      OptionDefinition("--json", nil, "print leaderboard.json (or the plan) instead of the table"),
    ],
    notes: """
      SPEC is a JSON5 file with any part of the experiment; flags replace parts of it. A run that was
      stopped goes on where it was when the same command is given again.
      Exit status: 0 fine, 1 bad input, 3 some cell missing or failed, 4 an error of ours, 130 interrupted.
      """
  ) { arguments in
    let experiment = try experiment(from: arguments, spec: arguments.positionals.first).resolved()
    let directory = try runDirectory(of: experiment, arguments)
    if arguments.has("--dry-run") {
      let workbench = try Workbench(experiment)
      let estimate = try RunEstimate(
        Plan(workbench), of: workbench, in: directory,
        cache: cachePath(arguments).map { RunCache(reading: $0) }, workers: workers(arguments))
      print(arguments.has("--json") ? try estimate.json() : estimate.summary())
      return 0
    }
    let cache = try cache(arguments)
    guard let results = try execute(experiment, in: directory, arguments, cache: cache) else {
      return 130
    }
    try present(results, of: directory, asJSON: arguments.has("--json"))
    return results.leaderboard.isComplete ? 0 : 3
  }

  /// The cache that was named, on the command line or in the environment.
  static func cache(_ arguments: Arguments) throws -> RunCache? {
    try cachePath(arguments).map { try RunCache($0) }
  }

  private static func cachePath(_ arguments: Arguments) -> String? {
    let path = arguments.string("--cache") ?? ProcessInfo.processInfo.environment["QBENCH_CACHE"]
    return path.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// How many worker processes were asked for, or one a core.
  private static func workers(_ arguments: Arguments) throws -> Int {
    try arguments.integer("--jobs", in: 1...1024) ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// Prints what came out of a run, and where the report is.
  static func present(_ results: RunResults, of directory: RunDirectory, asJSON: Bool) throws {
    print(asJSON ? try results.leaderboard.json() : results.terminalText)
    Terminal.write("report: \(directory.url.path)/report.html (and leaderboard.md, .csv, .json)\n")
  }

  /// The directory that was asked for, or the one named after the spec.
  static func runDirectory(of experiment: Experiment, _ arguments: Arguments) throws -> RunDirectory
  {
    RunDirectory(try arguments.string("--out") ?? "reports/\(experiment.directoryName)")
  }

  /// Carries out what is missing, in workers; `nil` where the user interrupted, who is then told so.
  static func execute(
    _ experiment: Experiment, in directory: RunDirectory, _ arguments: Arguments, cache: RunCache?
  ) throws -> RunResults? {
    let jobs = try workers(arguments)
    Interruption.listen()
    let results = try Run(experiment, in: directory, cache: cache).execute(
      with: { _, directory in
        WorkerPool(
          binary: try ownBinary(), jobs: jobs, directory: directory, limits: experiment.limits)
      }, progress: TerminalProgress())
    if results == nil {
      Terminal.complain(
        "interrupted; finished cells are kept in \(directory.url.relativePath): "
          + "give the same command again to go on")
    }
    return results
  }

  /// Profile, then spec file, then flags: each goes before the one before it.
  static func experiment(from arguments: Arguments, spec: String?) throws -> Experiment {
    var experiment = try Profile.named(arguments.string("--profile") ?? "quick").experiment
    if let path = spec {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw SpecError.unreadable(file: path, reason: "cannot be read; give a JSON5 spec file")
      }
      experiment = try experiment.overlaid(by: data, named: path)
    }
    if let dataset = arguments.string("--dataset") {
      if dataset != experiment.dataset { experiment.datasetParameters = .object([:]) }
      experiment.dataset = dataset
    }
    if let families = arguments.list("--families") {
      experiment.families = try families.map { name throws(SpecError) in
        if let choice = experiment.families.first(where: { $0.name == name }) { return choice }
        return FamilyChoice(try modelRegistry.require(name).id)
      }
    }
    if let generators = arguments.list("--generators") {
      experiment.generators = try generators.map { name throws(SpecError) in
        if let choice = experiment.generators.first(where: { $0.name == name }) { return choice }
        return try GeneratorCatalogue.choice(of: name)
      }
      if experiment.sources == [.real] { experiment.sources = TrainingSource.Kind.allCases }
    }
    if let sources = arguments.list("--only") {
      experiment.sources = try sources.map { name throws(SpecError) in
        guard let kind = TrainingSource.Kind(rawValue: name) else {
          throw .unknown(
            kind: "training source", id: name,
            known: TrainingSource.Kind.allCases.map(\.rawValue))
        }
        return kind
      }
    }
    experiment.seeds = try arguments.integer("--seeds", in: 1...1000) ?? experiment.seeds
    experiment.split.folds =
      try arguments.integer("--folds", in: 2...1000) ?? experiment.split.folds
    experiment.device = arguments.string("--device") ?? experiment.device
    if let seed = try arguments.integer("--seed", in: 0...Int.max) {
      experiment.seed = UInt64(seed)
    }
    return experiment
  }

  /// The running executable, which is also the workers'.
  private static func ownBinary() throws -> URL {
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      return URL(fileURLWithPath: path)
    }
    guard let url = Bundle.main.executableURL else {
      throw SpecError.unreadable(file: CommandLine.arguments[0], reason: "cannot be found again")
    }
    return url
  }
}
