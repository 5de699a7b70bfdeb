import Foundation
import Harness
import Market
import Models

// The families of qbench, and one more.
let families = Registry("family", modelRegistry.entries + [ModelEntry(VolatilityPremium.self)])

// `CustomFamily worker --run DIR`: this program is its own worker, since qbench's know nothing of the family.
let arguments = CommandLine.arguments.dropFirst()
if arguments.count == 3, arguments.starts(with: ["worker", "--run"]) {
  exit(Worker.serve(RunDirectory(CommandLine.arguments[3]), families: families))
}

var experiment = Profile.quick.experiment
experiment.title = "A family of our own"
experiment.datasetParameters = .object(["assets": .integer(24), "dates": .integer(500)])
experiment.families = ["mean_label", "linear", "gbdt", VolatilityPremium.id].map {
  FamilyChoice($0)
}
experiment.sources = [.real]
experiment.seeds = 1

let directory = RunDirectory(arguments.first ?? "reports/custom-family")
let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
do {
  let run = try Run(experiment.resolved(families: families), in: directory, families: families)
  // Workers of this program; `run.execute()` would do everything in this process, which a crash then ends.
  let results = try run.execute(with: { workbench, directory in
    WorkerPool(
      binary: program, jobs: 2, directory: directory, limits: workbench.experiment.limits)
  })
  print(results?.terminalText ?? "interrupted")

  // Later, or with a newer version: everything is scored again from what the cells stored, without training.
  let again = try Run.rescore(directory, addingMetrics: ["ls_volatility"], families: families)
  print("\nwith one more metric:\n\n\(again.leaderboard.terminalTable())")
  print("report: \(directory.url.path)/report.html")
} catch let error as any UserFacingError {
  FileHandle.standardError.write(Data("error: \(error.description)\n".utf8))
  exit(1)
}
