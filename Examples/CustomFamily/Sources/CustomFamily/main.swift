import Foundation
import Harness
import Market
import Models

// The families of qbench, and one more.
let families = Registry("family", modelRegistry.entries + [ModelEntry(VolatilityPremium.self)])

var experiment = Profile.quick.experiment
experiment.title = "A family of our own"
experiment.datasetParameters = .object(["assets": .integer(24), "dates": .integer(500)])
experiment.families = ["mean_label", "linear", "gbdt", VolatilityPremium.id].map {
  FamilyChoice($0)
}
experiment.sources = [.real]
experiment.seeds = 1

let directory = RunDirectory(CommandLine.arguments.dropFirst().first ?? "reports/custom-family")
do {
  let results = try Run(
    experiment.resolved(families: families), in: directory, families: families
  ).execute()
  print(results?.terminalText ?? "interrupted")
  print("report: \(directory.url.path)/report.html")
} catch let error as any UserFacingError {
  FileHandle.standardError.write(Data("error: \(error.description)\n".utf8))
  exit(1)
}
