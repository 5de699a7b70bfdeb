import Foundation
import Market
import Synchronization
import Testing

@testable import Harness

/// What rows, folds and runs share by key, and what they must not.
@Suite struct SharedWorkTests {
  private static let dnn = FamilyChoice(
    "dnn", hyperparameters: .object(["epochs": .integer(1), "hidden": .array([.integer(4)])]))

  private func run(_ change: (inout Experiment) -> Void) throws -> SmallRun {
    try SmallRun { experiment in
      experiment.datasetParameters = .object(["assets": .integer(8), "dates": .integer(200)])
      experiment.families = [Self.dnn]
      (experiment.split.folds, experiment.seeds, experiment.explain.rows) = (2, 1, 0)
      change(&experiment)
    }
  }

  @Test func twoNamesOfOneGeneratorShareTheirWork() throws {
    let run = try run { experiment in
      experiment.sources = TrainingSource.Kind.allCases
      experiment.generators = [
        GeneratorChoice("shuffle"), GeneratorChoice("shuffle", name: "again"),
      ]
    }
    let plan = try Plan(Workbench(run.experiment))
    #expect(plan.markets.map(\.name) == ["shuffle", "shuffle"])
    #expect(plan.markets(of: "again").map(\.name) == ["again", "again"])
    let jobs = try plan.jobs(missingFrom: run.directory, under: run.experiment)
    let keys = jobs.flatMap(\.cells).map(\.key)
    #expect(Set(keys).count == keys.count && Set(keys) == Set(plan.cells.map(\.key)))

    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    #expect(results.leaderboard.failures.isEmpty && results.leaderboard.isComplete)
    func scores(_ source: String) -> [String: LeaderboardRow.Score]? {
      results.leaderboard.rows.first { $0.trainingSource == source && $0.name == "dnn" }?.metrics
    }
    for kind in ["synthetic", "augmented", "reverse"] {
      #expect(scores("\(kind):again")?["rank_ic"]?.mean != nil)
      #expect(scores("\(kind):again") == scores("\(kind):shuffle"))
    }
    let verdicts = results.comparisons.generators
    #expect(verdicts.map(\.name) == ["shuffle", "again"])
    #expect(verdicts.map(\.gaps)[0] == verdicts.map(\.gaps)[1])
  }

  /// An embargo that swallows whole groups leaves several folds of a combinatorial split the same training dates.
  @Test func foldsOfEqualTrainingDatesHaveMarketsOfTheirOwn() throws {
    let run = try run { experiment in
      experiment.datasetParameters = .object(["assets": .integer(8), "dates": .integer(502)])
      experiment.split = SplitSpec()
      experiment.split.kind = .combinatorial
      (experiment.split.folds, experiment.split.testGroups, experiment.split.embargo) = (5, 2, 100)
      experiment.families = [FamilyChoice("linear")]
      experiment.features = FeatureChoice(set: "returns")
      experiment.sources = [.real, .synthetic]
      experiment.generators = [GeneratorChoice("shuffle")]
    }
    let workbench = try Workbench(run.experiment)
    let alike = Dictionary(grouping: workbench.folds) { $0.train + [-1] + $0.validation }
    #expect(alike.values.contains { $0.count > 1 }, "this spec no longer shows what it is for")
    let plan = try Plan(workbench)
    #expect(Set(plan.markets.map(\.key)).count == workbench.folds.count)
    let board = try #require(try run.execute())
    #expect(board.failures.isEmpty && board.isComplete)
  }

  /// A cell of equal key is the same cell, whatever a spec calls the generator.
  @Test func aRenamedGeneratorTakenFromACacheIsWhatItWouldHaveBeen() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-test-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func board(_ name: String, cache: RunCache?) throws -> (data: Data, trained: Int) {
      let run = try run { experiment in
        experiment.sources = [.synthetic]
        experiment.generators = [GeneratorChoice("shuffle", name: name)]
      }
      let counter = CountingProgress()
      _ = try Run(run.experiment, in: run.directory, cache: cache).execute(progress: counter)
      return (try run.data("leaderboard.json"), counter.finishedCells)
    }
    #expect(try board("shuffle", cache: RunCache(folder)).trained == 2)
    let taken = try board("iid", cache: RunCache(folder))
    let trained = try board("iid", cache: nil)
    #expect(taken.trained == 0 && trained.trained == 2)
    #expect(taken.data == trained.data)
  }
}
