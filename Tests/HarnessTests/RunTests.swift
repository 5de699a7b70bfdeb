import Datasets
import Foundation
import Market
import Metrics
import Models
import Testing

@testable import Harness

@Suite struct RunTests {
  @Test func aRunLeavesEverythingDesignNames() throws {
    let run = try SmallRun()
    let leaderboard = try #require(try run.execute())
    let there = try run.files()
    for name in [
      "spec.json", "environment.json", "leaderboard.json", "leaderboard.csv", "leaderboard.md",
      "cells", "predictions",
    ] {
      #expect(there.contains(name))
    }
    #expect(leaderboard.failures.isEmpty)
    #expect(Set(leaderboard.rows.map(\.name)) == ["mean_label", "linear", "oracle"])
    #expect(try run.files(in: "cells").count == 9)
    #expect(try run.files(in: "predictions").count == 9)
    #expect(try run.files(in: "cells").allSatisfy { !$0.contains("tmp") })
  }

  @Test func everyRowIsScoredOnTheSameRows() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let workbench = try Workbench(run.experiment)
    let plan = try Plan(workbench)
    for fold in workbench.folds {
      let expected = workbench.rows(on: fold.test)
      for cell in plan.cells where cell.fold == fold.index {
        let rows = try run.directory.predictions(of: cell.key).scored(
          on: workbench.dataset.panel, named: "test")
        #expect(rows.keys == expected)
      }
    }
  }

  @Test func theSameSpecGivesTheSameBytes() throws {
    let (first, second) = (try SmallRun(), try SmallRun())
    _ = try first.execute()
    _ = try second.execute()
    #expect(try first.data("leaderboard.json") == second.data("leaderboard.json"))
    #expect(try first.data("leaderboard.csv") == second.data("leaderboard.csv"))
  }

  /// A family that qbench does not have is scored again where it is handed over.
  @Test func runsOfAFamilyOfOnesOwnAreScoredAgain() throws {
    let families = Registry("family", modelRegistry.entries + [ModelEntry(FirstColumn.self)])
    let run = try SmallRun { $0.explain.rows = 0 }
    var experiment = run.experiment
    experiment.families = [FamilyChoice(FirstColumn.id)]
    experiment = try experiment.resolved(families: families)
    _ = try Run(experiment, in: run.directory, families: families).execute()
    let before = try run.data("leaderboard.json")
    let results = try Run.rescore(run.directory, families: families)
    #expect(results.leaderboard.rows.contains { $0.family == FirstColumn.id && $0.rankIC != nil })
    #expect(try run.data("leaderboard.json") == before)
    #expect(throws: SpecError.self) { try Run.rescore(run.directory) }
  }

  @Test func whatIsThereIsNotTrainedAgain() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("leaderboard.json")
    let kept = try run.files(in: "cells")
    let lost = "cells/\(kept[0])"
    let stamp = try run.modified("cells/\(kept[1])")
    try FileManager.default.removeItem(at: run.directory.url.appendingPathComponent(lost))
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 1)
    #expect(try run.modified("cells/\(kept[1])") == stamp)
    #expect(try run.data("leaderboard.json") == before)
  }

  @Test func aRecordWithoutItsPredictionsDoesNotCount() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("leaderboard.json")
    let lost = try #require(try run.files(in: "predictions").first)
    try FileManager.default.removeItem(
      at: run.directory.url.appendingPathComponent("predictions/\(lost)"))
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 1)
    #expect(try run.data("leaderboard.json") == before)
  }

  @Test func anotherSpecIsRefusedAndNothingIsTouched() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("spec.json")
    var other = run.experiment
    other.seeds = 7
    let error = #expect(throws: RunDirectoryError.self) {
      try Run(other, in: run.directory).execute()
    }
    #expect("\(try #require(error))".contains("differs in seeds"))
    #expect(try run.data("spec.json") == before)
  }

  @Test func scoringAnewTrainsNothing() throws {
    let run = try SmallRun()
    let first = try #require(try run.execute())
    var other = run.experiment
    other.portfolio = try PortfolioSpec(quantile: 0.25, costBasisPoints: 0)
    other.title = "cheaper"
    let counter = CountingProgress()
    let second = try #require(
      try Run(other, in: run.directory).execute(progress: counter)?.leaderboard)
    #expect(counter.finishedCells == 0)
    #expect(second.title == "cheaper")
    #expect(second.rows.map(\.rankIC) == first.rows.map(\.rankIC))
    func turnover(_ board: Leaderboard) -> Double? {
      board.rows.first { $0.family == "linear" }?.metrics["ls_turnover"]?.mean
    }
    #expect(turnover(second) != turnover(first))
    #expect(try run.directory.readSpec() == other)
  }

  @Test(arguments: ["truncated", "swapped"])
  func damagedPredictionsAreSetAsideAndTrainedAnew(_ damage: String) throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("leaderboard.json")
    let cells = try Plan(Workbench(run.experiment)).cells
    let (linear, oracle) = (
      try #require(cells.first { $0.family == "linear" && $0.fold == 1 }),
      try #require(cells.first { $0.family == "oracle" && $0.fold == 1 })
    )
    let target = URL(fileURLWithPath: run.directory.predictionsPath(of: linear.key))
    if damage == "truncated" {
      try Data(contentsOf: target).prefix(500).write(to: target)
    } else {
      try Data(contentsOf: URL(fileURLWithPath: run.directory.predictionsPath(of: oracle.key)))
        .write(to: target)
    }
    let error = #expect(throws: RunDirectoryError.self) { try run.execute() }
    #expect("\(try #require(error))".contains("give the same command again"))
    #expect(try run.execute() != nil)
    #expect(try run.data("leaderboard.json") == before)
  }

  @Test func aConstantMarketIsAResultAndNoCrash() throws {
    let dates = (0..<120).map { TradingDate(daysSinceEpoch: Int32($0)) }
    let panel = try Panel(
      calendar: TradingCalendar(dates), universe: Universe(["A", "B", "C"]), fields: ["close"],
      values: [Float](repeating: 7, count: 360))
    let run = try SmallRun { experiment in
      experiment.features = FeatureChoice(set: "returns")
      experiment.label =
        (try? LabelSpec(entryLag: 1, horizon: 1, transform: .none)) ?? .standard
    }
    let workbench = try Workbench(
      run.experiment, on: Dataset(name: "flat", title: "flat", isSimulated: false, panel: panel),
      divided: run.experiment.split.splitter(for: run.experiment.label))
    let runner = try CellRunner(workbench)
    for cell in try Plan(workbench).cells {
      let (record, rows) = runner.run(cell)
      #expect(record.failure == nil && rows != nil)
      #expect(throws: Never.self) { try StrictJSON.encode(record) }
    }
  }

  @Test func aFieldThatIsMissingIsSaidBeforeAnythingRuns() throws {
    let run = try SmallRun()
    let panel = try Workbench(run.experiment).dataset.panel
    let closes = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: ["close"],
      values: panel.series(of: "close", for: "this test"))
    let dataset = Dataset(name: "closes", title: "closes", isSimulated: false, panel: closes)
    let error = #expect(throws: PanelError.self) {
      try Workbench(
        run.experiment, on: dataset,
        divided: run.experiment.split.splitter(for: run.experiment.label))
    }
    #expect("\(try #require(error))".contains("'alpha20' needs the field 'open'"))
  }

  @Test func aDirectoryWithOtherThingsInItIsRefused() throws {
    let run = try SmallRun()
    try FileManager.default.createDirectory(
      at: run.directory.url, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: run.directory.url.appendingPathComponent("thesis.txt"))
    #expect(throws: RunDirectoryError.notARun(run.directory.url.path)) { try run.execute() }
    #expect(try run.files() == ["thesis.txt"])
  }

  /// As a disk that is full at the very start leaves it.
  @Test func aStartThatDidNotGetAsFarAsTheSpecIsNoHindrance() throws {
    let run = try SmallRun()
    let cells = run.directory.url.appendingPathComponent("cells")
    try FileManager.default.createDirectory(at: cells, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: cells.appendingPathComponent("thesis.txt"))
    #expect(throws: RunDirectoryError.notARun(run.directory.url.path)) { try run.execute() }
    try FileManager.default.removeItem(at: cells.appendingPathComponent("thesis.txt"))
    #expect(try run.execute() != nil)
  }

  @Test func twoRunsInOneDirectoryAreRefused() throws {
    let run = try SmallRun()
    let lock = try run.directory.prepare(for: run.experiment)
    #expect(throws: RunDirectoryError.inUse(run.directory.url.path)) { try run.execute() }
    withExtendedLifetime(lock) {}
  }

  @Test func aFailedCellIsAResult() throws {
    let run = try SmallRun { experiment in
      experiment.families.append(
        FamilyChoice("dnn", hyperparameters: .object(["learningRate": .number(1e30)])))
      experiment.seeds = 1
    }
    let leaderboard = try #require(try run.execute())
    let row = try #require(leaderboard.rows.first { $0.family == "dnn" })
    #expect(row.failed == 3)
    #expect(row.rankIC == nil)
    #expect(leaderboard.failures.count == 3)
    #expect(leaderboard.failures.allSatisfy { $0.stage == "fit" && $0.reason.contains("diverged") })
    #expect(leaderboard.terminalTable().contains("✗ dnn, fold 0"))
    #expect(leaderboard.rows.first { $0.family == "linear" }?.rankIC != nil)
  }

  @Test(arguments: SplitSpec.Kind.allCases)
  func everyKindOfSplitRunsToTheEnd(_ kind: SplitSpec.Kind) throws {
    let run = try SmallRun { experiment in
      experiment.split.kind = kind
      experiment.split.folds = 4
    }
    let leaderboard = try #require(try run.execute())
    #expect(leaderboard.failures.isEmpty)
    #expect(leaderboard.rows.first?.family == "oracle")
    #expect(leaderboard.dataset.testRows > 0)
  }
}

extension SmallRun {
  func modified(_ name: String) throws -> Date? {
    try FileManager.default.attributesOfItem(
      atPath: directory.url.appendingPathComponent(name).path)[.modificationDate] as? Date
  }
}

/// Predicts by the first feature; there to be no family of qbench's.
private enum FirstColumn: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    var factor: Float = 1
  }

  static let id = "first_column"
  static let summary = "the first feature"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func fit(
    _: LabelledSamples, validating _: LabelledSamples?, _ given: Hyperparameters, in _: FitContext
  ) throws -> any Predictor {
    Fitted(factor: given.factor)
  }

  struct Fitted: Predictor {
    let factor: Float

    func predict(_ samples: Samples) -> [Float] {
      let (matrix, width) = (samples.matrix(), samples.columns.count)
      return stride(from: 0, to: matrix.count, by: width).map { matrix[$0] * factor }
    }
  }
}
