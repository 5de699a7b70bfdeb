import Datasets
import Foundation
import Generators
import Market
import Metrics
import Synchronization
import Testing

@testable import Harness

@Suite struct SyntheticMarketTests {
  private func run(
    _ sources: [TrainingSource.Kind] = TrainingSource.Kind.allCases,
    generators: [GeneratorChoice] = [GeneratorChoice("shuffle")],
    _ change: (inout Experiment) -> Void = { _ in }
  ) throws -> SmallRun {
    try SmallRun { experiment in
      experiment.sources = sources
      experiment.generators = generators
      experiment.explain.rows = 0
      change(&experiment)
    }
  }

  @Test func everySourceEndsInARow() throws {
    let run = try run()
    let board = try #require(try run.execute())
    #expect(board.failures.isEmpty)
    #expect(
      Set(board.rows.map { "\($0.trainingSource) \($0.name)" }) == [
        "real mean_label", "real linear", "real oracle", "synthetic:shuffle linear",
        "augmented:shuffle linear", "reverse:shuffle linear",
      ])
    #expect(try run.files(in: "synthetic").filter { $0.hasSuffix(".h5") }.count == 6)
    for row in board.rows where row.name == "linear" {
      #expect(row.rankIC != nil)
      // The oracle knows the truth of the real market, not of a sampled one.
      #expect((row.shareOfOracle == nil) == row.trainingSource.hasPrefix("reverse"))
    }
  }

  @Test func aMarketIsMadeOnceAndKept() throws {
    let run = try run()
    _ = try run.execute()
    let before = try run.data("leaderboard.json")
    let lost = try #require(try run.files(in: "cells").first)
    try FileManager.default.removeItem(
      at: run.directory.url.appendingPathComponent("cells/\(lost)"))
    let plan = try Plan(Workbench(run.experiment))
    let jobs = try plan.jobs(missingFrom: run.directory, under: run.experiment)
    #expect(jobs.count == 1 && jobs[0].cells.count == 1)
    _ = try run.execute()
    #expect(try run.data("leaderboard.json") == before)
  }

  /// A run that is killed between a market and its comparison catches up on it, and on nothing else.
  @Test func aMarketThatWasNotComparedIsComparedLater() throws {
    let run = try run([.synthetic]) { experiment in
      (experiment.seeds, experiment.split.folds) = (1, 2)
      experiment.synthetic.compare = true
    }
    _ = try run.execute()
    let names = ["comparisons.json", "leaderboard.md", "leaderboard.json"]
    let before = try names.map { try run.data($0) }
    let lost = try #require(try run.files(in: "synthetic").last { $0.hasSuffix(".fidelity.json") })
    let url = run.directory.url.appendingPathComponent("synthetic/\(lost)")
    let report = try Data(contentsOf: url)
    try FileManager.default.removeItem(at: url)
    let plan = try Plan(Workbench(run.experiment))
    let jobs = try plan.jobs(missingFrom: run.directory, under: run.experiment)
    #expect(jobs.count == 1 && jobs[0].cells.isEmpty)
    _ = try run.execute()
    #expect(try names.map { try run.data($0) } == before)
    #expect(try Data(contentsOf: url) == report)
    let key = try #require(lost.split(separator: ".").first.map(String.init))
    var record = try #require(run.directory.syntheticRecord(of: key))
    #expect(record.seconds["compare"] ?? 0 > 0 && record.seconds["fit"] ?? 0 > 0)
    #expect(try plan.jobs(missingFrom: run.directory, under: run.experiment).isEmpty)

    // What cannot be compared is not tried for ever.
    try FileManager.default.removeItem(at: url)
    record.uncompared = "too short"
    try run.directory.store(record)
    #expect(try plan.jobs(missingFrom: run.directory, under: run.experiment).isEmpty)
  }

  /// A cache filled by a run that compared nothing gives its markets, and is given their comparisons.
  @Test func comparisonsGoThroughTheCache() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-test-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func jobs(comparing: Bool) throws -> [Bool] {
      let run = try run([.synthetic]) { experiment in
        (experiment.seeds, experiment.split.folds) = (1, 2)
        experiment.synthetic.compare = comparing
      }
      let counting = JobsSeen()
      _ = try Run(run.experiment, in: run.directory, cache: RunCache(folder))
        .execute(progress: counting)
      let compared = try run.files(in: "synthetic").count { $0.hasSuffix(".fidelity.json") }
      #expect(compared == (comparing ? 2 : 0))
      return counting.jobs.withLock { $0 }.map { !$0.cells.isEmpty }
    }
    #expect(try jobs(comparing: false) == [false, false, true, true])
    #expect(try jobs(comparing: true) == [false, false])
    #expect(try jobs(comparing: true) == [])
  }

  private final class JobsSeen: RunProgress {
    let jobs = Mutex<[Job]>([])
    func begin(plan: Plan, jobs: [Job], cached: Int) { self.jobs.withLock { $0 = jobs } }
    func generated(_ record: SyntheticRecord) {}
    func finished(_ record: CellRecord) {}
    func end() {}
  }

  /// The second family is undefined on one side of the second date, and counts on neither.
  @Test func gapsArePairedByFamily() {
    let means = GeneratorVerdict.meansOverFamilies(
      [(made: [1, 2, .nan], real: [3, 4, 5]), (made: [5, .nan, .nan], real: [1, 40, 6])], dates: 3)
    #expect(means.made[0] == 3 && means.real[0] == 2)
    #expect(means.made[1] == 2 && means.real[1] == 4)
    #expect(means.made[2].isNaN && means.real[2].isNaN)
  }

  @Test func aDamagedMarketIsSetAsideAndMadeAnew() throws {
    let run = try run([.synthetic])
    _ = try run.execute()
    let before = try run.data("leaderboard.json")
    for name in try run.files(in: "cells") {
      try FileManager.default.removeItem(
        at: run.directory.url.appendingPathComponent("cells/\(name)"))
    }
    let market = try #require(try run.files(in: "synthetic").first { $0.hasSuffix(".h5") })
    let url = run.directory.url.appendingPathComponent("synthetic/\(market)")
    try Data(contentsOf: url).prefix(300).write(to: url)
    let board = try #require(try run.execute())
    #expect(board.failures.map { $0.reason.contains("set aside") } == [true])
    _ = try run.execute()
    #expect(try run.data("leaderboard.json") == before)
  }

  /// Real cells and those of another generator are none the worse for it.
  @Test func aGeneratorThatFailsCostsItsOwnCells() throws {
    let run = try run(
      generators: [
        GeneratorChoice("shuffle"),
        GeneratorChoice(
          "cwgan", hyperparameters: .object(["days": .integer(250), "steps": .integer(1)])),
      ])
    let board = try #require(try run.execute())
    #expect(board.failures.count == 3 * 3 * 2)
    #expect(board.failures.allSatisfy { $0.trainingSource.hasSuffix(":cwgan") })
    #expect(
      board.failures.allSatisfy { $0.reason.contains("the generator 'cwgan' made no market") })
  }

  /// Also those that a generator of several networks keeps; a damaged one costs no market.
  @Test(arguments: [false, true]) func noCheckpointIsLeftBehind(isDamaged: Bool) throws {
    let quick = """
      {"levels": 1, "hidden": 2, "criticHidden": 2, "steps": 100, "assetSteps": 100, "paths": 2,
        "days": 8, "validateEvery": 100, "calibrate": false}
      """
    let run = try run(
      [.synthetic],
      generators: [
        GeneratorChoice(
          "quantgan",
          hyperparameters: JSONDecoder().decode(JSONValue.self, from: Data(quick.utf8)))
      ]
    ) { experiment in
      (experiment.seeds, experiment.split.folds) = (1, 2)
    }
    if isDamaged {
      withExtendedLifetime(try run.directory.prepare(for: run.experiment)) {}
      for market in try Plan(Workbench(run.experiment)).markets {
        let path = run.directory.checkpointPath(of: market.key) + ".market"
        try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: path))
      }
    }
    #expect(try #require(try run.execute()).failures.isEmpty)
    #expect(try run.files(in: "synthetic").allSatisfy { !$0.contains("checkpoint") })
  }

  @Test func rowsOfTheSameSourceShareOneMarket() throws {
    let run = try run { $0.families = [FamilyChoice("linear"), FamilyChoice("gbdt")] }
    let plan = try Plan(Workbench(run.experiment))
    #expect(plan.markets.count == 3 * run.experiment.seeds)
    #expect(Set(plan.cells.compactMap(\.market?.key)) == Set(plan.markets.map(\.key)))
    let jobs = try plan.jobs(missingFrom: run.directory, under: run.experiment)
    let shared = try #require(
      jobs.first { $0.cells.contains { $0.training == .real && $0.name == "linear" } })
    // Sampled rows of another seed are others, also for a family that depends on no chance.
    #expect(
      jobs.flatMap(\.cells).filter { $0.training.kind == .synthetic }.count
        == jobs.count { $0.cells.first?.training.kind == .synthetic })
    // The model of `real` is tested on the synthetic rows of every seed.
    #expect(shared.cells.map(\.training.kind) == [.real, .reverse, .reverse])
  }

  /// What `reverse` reports is what the model of `real` says of the sampled market.
  @Test func reverseTestsTheRealModelOnSampledRows() throws {
    let run = try run([.real, .reverse])
    _ = try run.execute()
    let workbench = try Workbench(run.experiment)
    let runner = try CellRunner(workbench, directory: run.directory)
    let cell = try #require(
      try Plan(workbench).cells.first { $0.training.kind == .reverse && $0.fold == 1 })
    let market = try #require(cell.market)
    let fit = try runner.fitted(cell)
    let test = try runner.rows.tested(cell, scaledAs: fit.rows)
    let stored = try run.directory.predictions(of: cell.key)
    #expect(try fit.predictor.predict(test.samples) == stored.prediction)
    let panels = try run.directory.syntheticPanels(of: market.key)
    let sampled = try Labels(run.experiment.label, of: panels[panels.count - 1])
    #expect(sampled.targets.filter { !$0.isNaN }.suffix(stored.count) == stored.label[...])
    #expect(Set(test.keys.map { Int($0.date) }) == Set(workbench.folds[1].test))
  }

  @Test func windowsDoNotReachFromOnePathIntoAnother() {
    let part = FeaturePanel(dates: 3, assets: 1, columns: ["a"], values: [1, 2, 3])
    let (joined, starts) = FeaturePanel.joined([part, part])
    #expect(starts == [0, 4] && joined.dates == 7)
    #expect(joined[3, 0, 0].isNaN && joined[4, 0, 0] == 1)
    #expect(
      Fold.dates(withUnbrokenWindow: 3, in: [0, 1, 2, 4, 5, 6]) == [0, 1, 2, 6])
  }

  @Test(arguments: ["real", "synthetic:a", "augmented:a b", "reverse:x:y"])
  func aSourceIsReadAsItIsWritten(_ text: String) {
    #expect(TrainingSource(text)?.description == text)
  }

  @Test(arguments: ["", "real:a", "synthetic", "else:a"])
  func whatIsNoSourceIsNone(_ text: String) { #expect(TrainingSource(text) == nil) }

  /// Absurd values on the tested dates change no bit of what a generator makes.
  @Test(arguments: GeneratorCatalogue.entries.map(\.id))
  func generatorsDoNotSeeTestedDates(_ generator: String) throws {
    let few = JSONValue.object([
      "steps": .integer(4), "batch": .integer(4),
    ])
    let short = JSONValue.object([
      "steps": .integer(2), "assetSteps": .integer(2), "levels": .integer(3), "days": .integer(60),
      "paths": .integer(2), "factors": .integer(2),
    ])
    let brief = JSONValue.object([
      "epochs": .integer(1), "generations": .integer(1), "steps": .integer(5),
    ])
    let settings = ["cwgan": few, "quantgan": short, "add": brief][generator] ?? .object([:])
    let bench = try PoisonedBench {
      $0.sources = [.synthetic]
      $0.generators = [GeneratorChoice(generator, hyperparameters: settings)]
    }
    func sampled(_ workbench: Workbench) throws -> [UInt32] {
      let market = try #require(try Plan(workbench).markets.first { $0.fold == 1 })
      let directory = RunDirectory(
        FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path)
      defer { try? FileManager.default.removeItem(at: directory.url) }
      _ = try directory.prepare(for: workbench.experiment)
      let maker = SyntheticMarketMaker(try CellRunner(workbench, directory: directory))
      let record = try maker.carryOut(market, in: directory)
      #expect(record.failure == nil)
      let values: [Float]
      if generatorRegistry.ids.contains(generator) {
        values = try directory.syntheticPanels(of: market.key).flatMap(\.values)
      } else {
        let made = try directory.syntheticRows(of: market.key)
        values = made.windows + made.labels + made.weights
      }
      return values.map(\.bitPattern)
    }
    let clean = try sampled(bench.clean)
    #expect(try sampled(bench.tested) == clean)
    #expect(try sampled(bench.trained) != clean)
  }
}
