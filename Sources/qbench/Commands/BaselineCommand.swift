import Foundation
import Harness
import Market

extension CommandDefinition {
  static let baseline = CommandDefinition(
    name: "baseline",
    summary: "Keep what a run measured as a small file, for 'qbench gate' to compare with.",
    positionals: ["write|calibrate", "DIR|FILE"],
    options: [
      OptionDefinition("--out", "FILE", "where to write the baseline"),
      OptionDefinition(
        "--metrics", "a,b", "metrics whose daily numbers are kept (default: rank_ic)"),
      OptionDefinition("--policy", "FILE", "calibrate: the policy to try (default: built in)"),
      OptionDefinition("--seeds", "N", "calibrate: seeds on each side of a trial (default: 2)"),
      OptionDefinition("--trials", "N", "calibrate: how many trials (default: 200)"),
      OptionDefinition("--json", nil, "print JSON"),
    ],
    notes: """
      qbench baseline write DIR --out FILE       DIR is a run directory; commit FILE
      qbench baseline calibrate FILE --seeds 5   how often the gate would call a mere change of seeds
                                                 a regression, tried on the seeds that FILE holds
      qbench baseline calibrate simulated        the same on made-up scores whose truth is known

      Exit status: 0 fine, 1 bad input, 3 some cell of the run failed (nothing is written).
      """
  ) { arguments in
    switch arguments.positionals[0] {
    case "write":
      try arguments.refuse(["--policy", "--seeds", "--trials"], with: "'write'")
      return try write(arguments)
    case "calibrate":
      try arguments.refuse(["--out", "--metrics"], with: "'calibrate'")
      return try calibrate(arguments)
    default:
      throw UsageError.unknownAction(arguments.positionals[0], known: ["write", "calibrate"])
    }
  }

  private static func write(_ arguments: Arguments) throws -> Int32 {
    guard let out = arguments.string("--out") else {
      throw UsageError.missingOption("--out FILE", command: "baseline write")
    }
    let directory = RunDirectory(arguments.positionals[1])
    try GateOutputs.check(out)
    let baseline = try Baseline(of: directory, metrics: arguments.list("--metrics") ?? ["rank_ic"])
    let failures = baseline.failureLines
    guard failures.isEmpty else {
      Terminal.complain(
        "no baseline written, as \(failures.count) cells of \(arguments.positionals[1]) have no "
          + "predictions:\n" + failures.prefix(10).map { "  \($0)\n" }.joined()
          + "mend the cause and give 'qbench run' again, which trains them anew")
      return 3
    }
    try BaselineFile.write(baseline, to: out)
    print(
      arguments.has("--json")
        ? String(decoding: try StrictJSON.encode(baseline, pretty: true), as: UTF8.self)
        : "\(baseline.summary)\nwritten: \(out)")
    return 0
  }

  private static func calibrate(_ arguments: Arguments) throws -> Int32 {
    let trials = try arguments.integer("--trials", in: 1...100_000) ?? 200
    let policy = try GatePolicy.read(arguments.string("--policy"))
    let calibration: GateCalibration
    if arguments.positionals[1] == "simulated" {
      try arguments.refuse(["--seeds"], with: "'simulated', which has its own")
      calibration = try .simulated(trials: trials, policy: policy)
    } else {
      calibration = try .ofSeeds(
        in: BaselineFile.read(arguments.positionals[1]),
        seeds: try arguments.integer("--seeds", in: 2...500) ?? 2, trials: trials, policy: policy)
    }
    print(arguments.has("--json") ? try calibration.json() : calibration.text)
    return 0
  }
}
