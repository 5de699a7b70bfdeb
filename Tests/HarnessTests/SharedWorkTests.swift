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

  /// What is damaged in a cache costs the run that finds it, and none after it.
  @Test(arguments: ["synthetic", "predictions"])
  func whatIsDamagedInACacheIsReplaced(_ part: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-test-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    func board() throws -> (data: Data, markets: Int, cells: Int) {
      let run = try run { experiment in
        experiment.families = [FamilyChoice("linear")]
        experiment.sources = [.synthetic]
        experiment.generators = [GeneratorChoice("shuffle")]
      }
      let counter = WorkCounter()
      let results = try Run(run.experiment, in: run.directory, cache: RunCache(folder.path))
        .execute(progress: counter)
      #expect(results?.leaderboard.isComplete == true)
      let done = counter.done.withLock { $0 }
      return (try run.data("leaderboard.json"), done.markets, done.cells)
    }
    let first = try board()
    #expect(first.markets == 2 && first.cells == 2)
    // All cells are to be trained again, so that they need their markets.
    for kind in part == "synthetic" ? ["cells", "predictions"] : [] {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(kind))
    }
    let files = try FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent(part).path)
    let name = try #require(files.sorted().first { $0.hasSuffix(".h5") })
    let damaged = folder.appendingPathComponent("\(part)/\(name)")
    try Data(contentsOf: damaged).prefix(300).write(to: damaged)
    let second = try board()
    #expect(second.data == first.data)
    #expect(second.markets == (part == "synthetic" ? 1 : 0))
    #expect(second.cells == (part == "synthetic" ? 2 : 1))
    let third = try board()
    #expect(third.data == first.data && third.markets == 0 && third.cells == 0)
  }

  private final class WorkCounter: RunProgress {
    let done = Mutex((markets: 0, cells: 0))
    func begin(plan: Plan, jobs: [Job], cached: Int) {}
    func generated(_ record: SyntheticRecord) { done.withLock { $0.markets += 1 } }
    func finished(_ record: CellRecord) { done.withLock { $0.cells += 1 } }
    func end() {}
  }
}
