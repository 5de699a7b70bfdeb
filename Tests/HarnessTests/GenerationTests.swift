import Datasets
import Foundation
import Generators
import Market
import TestSupport
import Testing

@testable import Harness

@Suite final class GenerationTests {
  /// Each test has one of its own, which goes with it.
  private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test func assetsListedTooLateAreLeftOutAndNamed() throws {
    let panel = try madeUpPanel(dates: 200, assets: 4)
    // The last asset appears when training is nearly over: 160 dates, the last 40 of them watched.
    var values = panel.values
    for index in values.indices where index / panel.fields.count % 4 == 3 {
      if index / panel.fields.count / 4 < 120 { values[index] = .nan }
    }
    let late = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values)
    let market = folder.appending(path: "market.h5").path
    try PanelFile.write(late, FileMetadata(title: "late"), to: market)
    var spec = GenerationSpec(generator: "shuffle")
    spec.dataset = market
    spec.days = 80
    let output = folder.appending(path: "made.h5").path
    let report = try Generation(spec).run(writing: output)
    #expect(report.leftOut == ["A3"] && report.assets == 3)
    // It is compared with the assets it has, and with dates it did not see.
    let comparison = try FidelityComparison(of: output, against: market)
    #expect(comparison.report.isMatched && comparison.report.real.assets == 3)
  }

  /// Nothing is held out where nothing is watched, and the comparison knows it from the file.
  @Test func allDatesMayBeLearntFrom() throws {
    let market = folder.appending(path: "market.h5").path
    let panel = try madeUpPanel(dates: 400, assets: 2)
    try PanelFile.write(panel, FileMetadata(title: "market"), to: market)
    for (share, learnt) in [(0.2, 319.0), (0, 399)] {
      var spec = GenerationSpec(generator: "historical")
      (spec.dataset, spec.days, spec.watched) = (market, 300, share)
      let output = folder.appending(path: "made\(share).h5").path
      let report = try Generation(spec).run(writing: output)
      #expect(report.notes["longest"] == learnt)
      let held = try FidelityComparison(of: output, against: market).heldOut
      #expect((held == nil) == (share == 0))
    }
    var spec = GenerationSpec(generator: "historical")
    spec.watched = 0.6
    #expect(throws: SpecError.self) { try spec.validate() }
  }

  /// What a stored generator makes names what it learnt from, whatever is at hand now.
  @Test func storedGeneratorsSayWhatTheyLearntFrom() throws {
    func path(_ name: String) -> String { folder.appending(path: name).path }
    for (name, seed) in [("market", 1), ("other", 2)] {
      try PanelFile.write(
        madeUpPanel(dates: 400, assets: 2, seed: UInt64(seed)), FileMetadata(title: name),
        to: path(name + ".h5"))
    }
    var spec = GenerationSpec(generator: "historical")
    (spec.dataset, spec.days, spec.watched) = (path("market.h5"), 300, 0)
    _ = try Generation(spec).run(
      writing: path("made.h5"), keepingGenerator: path("kept.h5"))

    var again = GenerationSpec(generator: path("kept.h5"))
    (again.dataset, again.days) = (path("other.h5"), 300)
    _ = try Generation(again).run(
      writing: path("again.h5"), keepingGenerator: path("copy.h5"))
    let (first, second) = (
      try PanelFile.readPaths(path("made.h5")).metadata,
      try PanelFile.readPaths(path("again.h5")).metadata
    )
    #expect(second.parentSHA256 == first.parentSHA256 && second.source == first.source)
    #expect(first.source == "made by historical fitted to market")
    #expect(try GeneratorFile.read(path("copy.h5")).learnt?.title == "market")
    // It learnt from every date, so that none can judge its memory.
    let comparison = try FidelityComparison(of: path("again.h5"), against: path("market.h5"))
    #expect(comparison.heldOut == nil)
    #expect(comparison.text.contains("is not known here"))

    // A scenario is measured against the market that was learnt from, and no other.
    again.scenario = try scenarioRegistry.require("vol_spike")
    let refusal = #expect(throws: SpecError.self) {
      try Generation(again).run(writing: path("scenario.h5"))
    }
    #expect(refusal?.description.contains("fitted to: market") == true)
  }

  /// A scenario that cannot be, or paths that do not fit in memory, are refused before anything is trained.
  @Test func whatNeedsNoFitIsCheckedBeforeIt() throws {
    let market = folder.appending(path: "market.h5").path
    try PanelFile.write(
      madeUpPanel(dates: 200, assets: 2), FileMetadata(title: "market"), to: market)
    var spec = GenerationSpec(generator: "cwgan")
    (spec.dataset, spec.days, spec.scenario) = (market, 20, try scenarioRegistry.require("gfc"))
    for (days, paths) in [(20, 1), (1_000_000, 100_000)] {
      (spec.days, spec.paths) = (days, paths)
      if days > 20 { spec.scenario = nil }
      #expect(throws: SpecError.self) {
        try Generation(spec).run(writing: folder.appending(path: "x.h5").path) { _ in
          Issue.record("it was trained")
        }
      }
    }
  }

  /// A market that does not move has no likelihood, which is then left out of the report.
  @Test func aReportHoldsNumbersOnly() throws {
    let panel = try madeUpPanel(dates: 200, assets: 1, fields: ["close"])
    let still = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: ["close"],
      values: panel.values.map { _ in 10 })
    let market = folder.appending(path: "still.h5").path
    try PanelFile.write(still, FileMetadata(title: "still"), to: market)
    var spec = GenerationSpec(generator: "garch")
    (spec.dataset, spec.days) = (market, 20)
    let report = try Generation(spec).run(writing: folder.appending(path: "x.h5").path)
    #expect(!report.notes.isEmpty && report.notes.values.allSatisfy(\.isFinite))
    _ = try StrictJSON.encode(report)
  }

  /// A network as small as there is, trained just long enough to leave checkpoints.
  private func tinyTraining(days: Int) throws -> GenerationSpec {
    let market = folder.appending(path: "market.h5").path
    try PanelFile.write(
      madeUpPanel(dates: 120, assets: 2), FileMetadata(title: "market"), to: market)
    var spec = GenerationSpec(generator: "quantgan")
    (spec.dataset, spec.days) = (market, days)
    spec.hyperparameters = try JSONDecoder().decode(
      JSONValue.self,
      from: Data(
        """
        {"levels": 1, "hidden": 2, "criticHidden": 2, "steps": 100, "assetSteps": 100, "paths": 2,
          "days": 8, "validateEvery": 100, "calibrate": false}
        """.utf8))
    return spec
  }

  @Test func checkpointsGoWhenTheirFitIsDone() throws {
    let spec = try tinyTraining(days: 10)
    _ = try Generation(spec).run(writing: folder.appending(path: "made.h5").path)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(left.sorted() == ["made.h5", "market.h5"])
  }

  /// Before anything is loaded: the market would be gone, or the training for nothing.
  @Test func whatIsReadIsNotWrittenOver() throws {
    let market = folder.appending(path: "market.h5").path
    try PanelFile.write(
      madeUpPanel(dates: 120, assets: 2), FileMetadata(title: "market"), to: market)
    let before = try Data(contentsOf: URL(fileURLWithPath: market))
    var spec = GenerationSpec(generator: "shuffle")
    (spec.dataset, spec.days) = (market, 10)
    let made = folder.appending(path: "made.h5").path
    let beside = folder.path + "/./market.h5"
    for (output, keep) in [(market, nil), (beside, nil), (made, market), (made, made)] {
      #expect(throws: SpecError.self) {
        try Generation(spec).run(writing: output, keepingGenerator: keep)
      }
    }
    for (output, keep) in [("/nowhere/made.h5", nil), (made, "/nowhere/kept.h5")] {
      #expect(throws: StorageError.self) {
        try Generation(spec).run(writing: output, keepingGenerator: keep)
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: market)) == before)
    #expect(!FileManager.default.fileExists(atPath: made))
    let kept = folder.appending(path: "kept.h5").path
    _ = try Generation(spec).run(writing: made, keepingGenerator: kept)
    var again = GenerationSpec(generator: kept)
    again.days = 5
    #expect(throws: SpecError.self) { try Generation(again).run(writing: kept) }
  }

  /// A generator that cannot be kept takes the paths with it.
  @Test func bothFilesOrNeither() throws {
    struct Full: Error {}
    let (made, kept) = (
      folder.appending(path: "made.h5").path, folder.appending(path: "kept.h5").path
    )
    let files = try GenerationFiles(output: made, keep: kept, reading: [])
    #expect(throws: Full.self) {
      try files.write({ try Data([1]).write(to: URL(fileURLWithPath: $0)) }) { _ in throw Full() }
    }
    #expect(!FileManager.default.fileExists(atPath: made))
  }

  /// A scenario out of reach costs no training: the next one goes on from what was trained.
  @Test func aScenarioOutOfReachLeavesTheTraining() throws {
    var spec = try tinyTraining(days: 60)
    spec.scenario = try Scenario(
      json: Data("{phases: [{share: 1, volatility: 0.1}], drawdown: 0.9, drift: 0.5}".utf8),
      named: "never.json5")
    let output = folder.appending(path: "made.h5").path
    #expect(throws: (any Error).self) { try Generation(spec).run(writing: output) }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(left.contains { $0.hasSuffix(".checkpoint.market") } && !left.contains("made.h5"))
    spec.scenario = nil
    _ = try Generation(spec).run(writing: output)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["made.h5", "market.h5"])
  }

  @Test func datesRestrictWhatIsLearnt() throws {
    let panel = try madeUpPanel(dates: 300, assets: 2)
    let span = try DateSpan("2020-03-02:2020-06-30", named: "dates")
    let part = try panel.dates(in: span)
    #expect(part.calendar[0].description == "2020-03-02")
    #expect(part.calendar[part.dates - 1].description == "2020-06-30")
    #expect(try panel.dates(in: DateSpan(":2020-01-31", named: "dates")).dates == 22)
    #expect(throws: PanelError.self) { try panel.dates(in: DateSpan("2031-01-01:", named: "d")) }
    for text in ["", ":", "2020-01-01", "2020-13-01:", "2020-02-01:2020-01-01", "a:b"] {
      #expect(throws: SpecError.self) { try DateSpan(text, named: "dates") }
    }
  }
}
