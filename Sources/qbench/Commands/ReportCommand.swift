import Harness
import Market

extension CommandDefinition {
  static let report = CommandDefinition(
    name: "report",
    summary: "Score a run again from its stored predictions, and write its report; trains nothing.",
    positionals: ["DIR"],
    options: [
      OptionDefinition("--json", nil, "print leaderboard.json instead of the table")
    ],
    notes: """
      Cells that are missing or failed count as such. Metrics that this version knows and the one that made the
      run did not are computed as well.
      Exit status: 0 fine, 1 bad input, 3 some cell missing or failed.
      """
  ) { arguments in
    let directory = RunDirectory(arguments.positionals[0])
    let results = try Run.rescore(directory)
    try present(results, of: directory, asJSON: arguments.has("--json"))
    return results.leaderboard.isComplete ? 0 : 3
  }
}
