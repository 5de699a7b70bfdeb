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
        "--cache", "DIR", "with --spec: take finished cells from here, and keep them"),
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
    let policy = try GatePolicy.read(arguments.string("--policy"))
    let baseline = try BaselineFile.read(file)
    let directory: RunDirectory
    if let spec = arguments.string("--spec") {
      let experiment = try experiment(from: arguments, spec: spec).resolved()
      directory = try runDirectory(of: experiment, arguments)
      guard try execute(experiment, in: directory, arguments) != nil else { return 130 }
    } else {
      directory = RunDirectory(arguments.string("--run") ?? "")
    }
    let run = try Baseline(of: directory, metrics: policy.metrics.map(\.id))
    let report = try Gate(policy).judge(run, against: baseline)
    let location = GateLocation(file)
    try write(report.junit(), to: arguments.string("--junit"))
    try write(try report.sarif(pointingAt: location), to: arguments.string("--sarif"))
    try write(report.markdown(), to: arguments.string("--markdown"))
    print(arguments.has("--json") ? try report.json() : report.terminalText())
    if ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] != nil {
      for line in report.githubAnnotations(pointingAt: location) { Terminal.write(line + "\n") }
    }
    return report.status
  }

  private static func write(_ text: String, to path: String?) throws {
    guard let path else { return }
    do {
      try AtomicFile.replace(path) { try Data(text.utf8).write(to: URL(fileURLWithPath: $0)) }
    } catch {
      throw GateError.cannotWrite(path, (error as? FileError)?.reason ?? "no such folder")
    }
  }
}
