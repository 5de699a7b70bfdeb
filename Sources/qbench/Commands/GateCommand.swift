import Foundation
import HDF5
import Harness
import Market

extension CommandDefinition {
  static let gate = CommandDefinition(
    name: "gate",
    summary: "Judge whether a run made any model worse than a committed baseline.",
    options: [
      OptionDefinition("--baseline", "FILE", "what to compare with (qbench baseline write)"),
      OptionDefinition("--run", "DIR", "the run to judge"),
      OptionDefinition("--spec", "SPEC", "or a spec, of which what is missing is run first"),
      OptionDefinition(
        "--policy", "FILE", "metrics, tolerances, alpha (default: rank_ic, ½ s.e., 0.05)"),
      OptionDefinition("--junit", "FILE", "write a JUnit report"),
      OptionDefinition("--sarif", "FILE", "write a SARIF 2.1.0 log"),
      OptionDefinition("--markdown", "FILE", "write a page for a pull request or step summary"),
      OptionDefinition("--json", nil, "print JSON instead of the table"),
      OptionDefinition("--profile", "NAME", "with --spec: quick (default), standard or full"),
      OptionDefinition("--jobs", "N", "with --spec: worker processes (default: one a core)"),
      OptionDefinition(
        "--cache", "DIR",
        "with --spec: take finished cells from here, and keep them (default: reports/cells)"),
      OptionDefinition("--out", "DIR", "with --spec: run directory (default: reports/…)"),
    ],
    notes: """
      Each training source, family and metric gets a verdict: pass, regression, improvement,
      inconclusive (too little data to see the tolerance), missing or incomparable.
      Documentation/gate.md says how, Documentation/gate-tutorial.md how to begin. With GITHUB_ACTIONS
      set, verdicts are also printed as annotations.
      Exit status: 0 pass, 1 bad input, 2 regression, 3 missing or incomparable, 130 interrupted.
      """
  ) { arguments in
    guard let file = arguments.string("--baseline") else {
      throw UsageError.missingOption("--baseline FILE", command: "gate")
    }
    guard arguments.has("--run") != arguments.has("--spec") else {
      throw UsageError.missingOption("either --run DIR or --spec SPEC", command: "gate")
    }
    if arguments.has("--run") {
      try arguments.refuse(
        ["--profile", "--jobs", "--cache", "--out"], with: "--run, which trains nothing")
    }
    let summary = ProcessInfo.processInfo.environment["GITHUB_STEP_SUMMARY"]
    let outputs = try GateOutputs(
      [(.junit, "--junit"), (.sarif, "--sarif"), (.markdown, "--markdown")].compactMap {
        format, option in arguments.string(option).map { (format, $0) }
      }, stepSummary: summary)
    let gate = Gate(try GatePolicy.read(arguments.string("--policy")))
    let baseline = try BaselineFile.read(file)
    let run: Baseline
    if let spec = arguments.string("--spec") {
      let experiment = try experiment(from: arguments, spec: spec).resolved()
      try gate.check(baseline, families: experiment.families.map(\.name))
      let directory = try runDirectory(of: experiment, arguments)
      // It only spares work: where the folder cannot be made, there is none.
      let cache = try cache(arguments) ?? (try? RunCache(defaultCache))
      guard try execute(experiment, in: directory, arguments, cache: cache) != nil else {
        return 130
      }
      run = try Baseline(of: directory, metrics: gate.policy.metrics.map(\.id))
    } else {
      run = try Baseline(
        of: RunDirectory(arguments.string("--run") ?? ""), metrics: gate.policy.metrics.map(\.id))
    }
    let report = try gate.judge(run, against: baseline)
    let location = GateLocation(file)
    print(arguments.has("--json") ? try report.json() : report.terminalText())
    if ProcessInfo.processInfo.environment["GITHUB_ACTIONS"].map({ $0 != "false" }) ?? false {
      for line in report.githubAnnotations(pointingAt: location) { Terminal.write(line + "\n") }
    }
    try outputs.write(report, pointingAt: location)
    return report.status
  }

  /// Where the gate keeps finished cells unless told otherwise: an edited spec has another run
  /// directory, and what it shares with the one before need not be trained again.
  private static let defaultCache = "reports/cells"
}
