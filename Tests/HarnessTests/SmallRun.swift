import Foundation
import Market

@testable import Harness

/// A run small enough for a test, in a directory of its own that goes away with it.
final class SmallRun {
  let directory: RunDirectory
  let experiment: Experiment

  init(_ change: (inout Experiment) -> Void = { _ in }) throws {
    var experiment = Profile.quick.experiment
    experiment.datasetParameters = .object(["assets": .integer(16), "dates": .integer(220)])
    experiment.families = [FamilyChoice("mean_label"), FamilyChoice("linear")]
    experiment.intervals.resamples = 100
    experiment.sources = [.real]
    experiment.generators = []
    (experiment.split, experiment.seeds) = (SplitSpec(), 2)
    experiment.explain = ExplainSpec()
    experiment.synthetic.compare = false
    // The market is too short for the embargo of a real one.
    experiment.split.embargo = 10
    change(&experiment)
    self.experiment = try experiment.resolved()
    directory = RunDirectory(
      FileManager.default.temporaryDirectory
        .appendingPathComponent("qbench-test-\(UUID().uuidString)").path)
  }

  deinit { try? FileManager.default.removeItem(at: directory.url) }

  func execute() throws -> Leaderboard? {
    try Run(experiment, in: directory).execute()?.leaderboard
  }

  func files(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      atPath: directory.url.appendingPathComponent(folder).path
    ).sorted()
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: directory.url.appendingPathComponent(name))
  }
}
