import Harness
import Market

extension CommandDefinition {
  static let report = CommandDefinition(
    name: "report",
    summary: "Score a run again from its stored predictions, and write its report; trains nothing.",
    positionals: ["DIR"],
    options: [
      OptionDefinition(
        "--add-metric", "a,b", "metrics to show from now on beside those shown ('qbench list')"),
      OptionDefinition("--json", nil, "print leaderboard.json instead of the table"),
    ],
    notes: """
      Cells that are missing or failed count as such. Metrics that this version knows and the one that made the
      run did not are computed as well: leaderboard.json and .csv hold all of them. Those that the tables are to
      show as well are named by --add-metric, and kept in the run's spec.json.
      Exit status: 0 fine, 1 bad input, 3 some cell missing or failed.
      """
  ) { arguments in
    let directory = RunDirectory(arguments.positionals[0])
    let added = arguments.list("--add-metric") ?? []
    let shown = added.isEmpty ? [] : try directory.readSpec().metrics
    let results = try Run.rescore(directory, addingMetrics: added)
    for id in added {
      if shown.contains(id) { Terminal.write("'\(id)' was shown already\n") }
      if results.leaderboard.rows.allSatisfy({ $0.metrics[id]?.mean == nil }) {
        Terminal.write("'\(id)' is undefined on every row of this run, and shown as –\n")
      }
    }
    try present(results, of: directory, asJSON: arguments.has("--json"))
    return results.leaderboard.isComplete ? 0 : 3
  }
}
