import Harness

extension CommandDefinition {
  static let worker = CommandDefinition(
    name: "worker",
    summary: "Internal: carries out one cell at a time over standard input and output.",
    options: [OptionDefinition("--run", "DIR", "run directory")],
    isInternal: true
  ) { arguments in
    guard let path = arguments.string("--run") else {
      throw UsageError.missingOption("--run DIR", command: "worker")
    }
    return Worker.serve(RunDirectory(path))
  }
}
