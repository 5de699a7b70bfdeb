import Foundation
import Market
import Models
import Testing

@testable import Harness

@Suite struct ExplanationsTests {
  // MARK: - On disk

  @Test func aRunExplainsTheFirstSeedOfEveryFold() throws {
    let run = try SmallRun()
    _ = try run.execute()
    #expect(try run.files(in: "explanations").count == 3)
    let report = try Explanations(readFrom: run.directory)
    #expect(report.rows.map(\.name) == ["linear", "linear"])
    #expect(report.rows.map(\.method) == ["coefficients", "permutation"])
    for row in report.rows {
      #expect(row.folds == 3 && row.features.count == 20)
      let shares = row.features.compactMap(\.share.mean)
      #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
      let importances = row.features.compactMap(\.importance.mean)
      #expect(importances == importances.sorted(by: >))
    }
    #expect(report.failures.isEmpty)
    #expect(try #require(report.terminalSummary()).contains("linear"))
    let json = String(decoding: try run.data("explanations.json"), as: UTF8.self)
    #expect(json.contains("\"squared_error_rise\"") && !json.contains("seconds"))
  }

  @Test func otherSettingsLeaveCellsAndPredictionsAlone() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("leaderboard.csv")
    let stamps = try ["cells", "predictions"].flatMap { folder in
      try run.files(in: folder).map { try run.modified("\(folder)/\($0)") }
    }
    var other = run.experiment
    other.explain.repeats = 4
    let counter = CountingProgress()
    _ = try Run(other, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 3)
    #expect(
      try ["cells", "predictions"].flatMap { folder in
        try run.files(in: folder).map { try run.modified("\(folder)/\($0)") }
      } == stamps)
    #expect(try run.data("leaderboard.csv") == before)
    #expect(try run.files(in: "explanations").count == 6)
    // Back again, and off: nothing is left to do.
    for rows in [run.experiment.explain.rows, 0] {
      var last = run.experiment
      last.explain.rows = rows
      let idle = CountingProgress()
      _ = try Run(last, in: run.directory).execute(progress: idle)
      #expect(idle.finishedCells == 0)
    }
    #expect(try Explanations(readFrom: run.directory).rows.isEmpty)
  }

  @Test func aLostExplanationComesBackTheSame() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("explanations.json")
    let lost = try #require(try run.files(in: "explanations").first)
    try Data("half".utf8).write(
      to: run.directory.url.appendingPathComponent("explanations/\(lost)"))
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 1)
    #expect(try run.data("explanations.json") == before)
  }

  /// Valid JSON that was changed by hand: made anew where it contradicts itself, left out where others do.
  @Test func anExplanationOfOtherFeaturesIsNoneAndNoCrash() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let before = try run.data("explanations.json")
    let plan = try Plan(Workbench(run.experiment))
    let cells = plan.cells.filter { $0.name == "linear" }
    func shorten(_ fold: Int, _ parts: [String]) throws {
      let key = try #require(try run.experiment.explanationKey(of: cells[fold]))
      let url = run.directory.url.appendingPathComponent("explanations/\(key).json")
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
      for part in parts {
        var value = try #require(object[part] as? [String: Any])
        for list in ["columns", "features"] {
          value[list] = (value[list] as? [Any]).map { Array($0.dropLast()) }
        }
        object[part] = value
      }
      try JSONSerialization.data(withJSONObject: object).write(to: url)
    }
    try shorten(0, ["contributions"])
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 1)
    #expect(try run.data("explanations.json") == before)

    for fold in [0, 2] {
      try shorten(fold, ["contributions", "permutation"])
      let report = try Run.rescore(run.directory).explanations
      #expect(!report.rows.isEmpty && report.rows.allSatisfy { $0.folds == 2 })
      #expect(report.failures.contains { $0.fold == (fold == 0 ? 0 : 1) && $0.part == "all" })
    }
  }

  @Test func aSpecFromBeforeExplanationsGoesOn() throws {
    let run = try SmallRun()
    _ = try run.execute()
    var spec = try JSONDecoder().decode([String: JSONValue].self, from: run.data("spec.json"))
    spec["explain"] = nil
    try StrictJSON.encode(spec).write(to: run.directory.url.appendingPathComponent("spec.json"))
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory).execute(progress: counter)
    #expect(counter.finishedCells == 0)
  }

  // MARK: - What goes wrong

  /// Predicts well enough, and cannot say why.
  private struct Mute: ExplainablePredictor {
    struct Silence: Error, CustomStringConvertible { let description = "no words" }
    var method: ExplanationMethod { .lrp }
    func predict(_ samples: Samples) -> [Float] {
      samples.keys.map { Float($0.asset) }
    }
    func contributions(_: Samples) throws -> FeatureContributions { throw Silence() }
  }

  @Test func aFailureIsPartOfTheExplanation() throws {
    let run = try SmallRun()
    let workbench = try Workbench(run.experiment)
    let runner = try CellRunner(workbench)
    let cell = try #require(try Plan(workbench).cells.first { $0.name == "linear" })
    var explanation = CellExplanation(of: cell, key: "k")
    runner.explain(Mute(), on: try runner.fitted(cell).rows.test, fold: 0, in: &explanation)
    #expect(explanation.failures == [.init(part: .contributions, reason: "no words")])
    #expect(explanation.contributions == nil)
    #expect(explanation.permutation?.features.count == 20)
    #expect(explanation.permutation?.features.allSatisfy { $0.rankICDrop.mean == 0 } == true)
  }

  /// Stored predictions of some other model: the explanation would be of something else.
  @Test func onlyTheModelThatPredictedIsExplained() throws {
    let run = try SmallRun()
    _ = try run.execute()
    let cell = try #require(try Plan(Workbench(run.experiment)).cells.first { $0.name == "linear" })
    let oracle = try #require(
      try Plan(Workbench(run.experiment)).cells.first { $0.family == "oracle" })
    try FileManager.default.removeItem(atPath: run.directory.predictionsPath(of: cell.key))
    try FileManager.default.copyItem(
      atPath: run.directory.predictionsPath(of: oracle.key),
      toPath: run.directory.predictionsPath(of: cell.key))
    let key = try #require(try run.experiment.explanationKey(of: cell))
    try FileManager.default.removeItem(
      at: run.directory.explanationsURL.appendingPathComponent("\(key).json"))
    let runner = try CellRunner(Workbench(run.experiment))
    try runner.carryOut([cell], in: run.directory, finished: { #expect($0.failure == nil) })
    let failure = try #require(run.directory.explanation(key)?.failures.first)
    #expect(failure.part == .all && failure.reason.contains("predicts"))
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    var experiment = Profile.quick.experiment
    experiment.explain.repeats = 0
    #expect(throws: SpecError.self) { try experiment.validate() }
    experiment.explain = .init()
    experiment.explain.contributionRows = 0
    #expect(throws: SpecError.self) { try experiment.validate() }
    experiment.explain = .init()
    experiment.explain.rows = -1
    #expect(throws: SpecError.self) { try experiment.validate() }
  }

  // MARK: - On markets whose truth is known

  private func explained(
    _ dataset: String, _ parameters: [String: JSONValue]
  ) throws -> [String: ExplainedRow] {
    let size: [String: JSONValue] = ["assets": .integer(32), "dates": .integer(400)]
    let run = try SmallRun { experiment in
      experiment.dataset = dataset
      experiment.datasetParameters = .object(size.merging(parameters) { $1 })
      experiment.families = ["linear", "gbdt"].map { FamilyChoice($0) }
      experiment.seeds = 1
      experiment.split.folds = 2
      experiment.explain.repeats = 2
    }
    _ = try run.execute()
    let rows = try Explanations(readFrom: run.directory).rows
    return Dictionary(uniqueKeysWithValues: rows.map { ("\($0.name) \($0.method)", $0) })
  }

  /// The linear part is made of ROC60, RESI10 and KLOW, the interaction of CORR10 and RSQR10
  /// (Documentation/reference-market.md); planted stronger than usual, so that a small market does.
  @Test func plantedSignalsAreFound() throws {
    let rows = try explained(
      "reference", ["strength": .object(["linear": .number(0.25), "interaction": .number(0.3)])])
    let (linear, trees) = (
      try #require(rows["linear permutation"]), try #require(rows["gbdt permutation"])
    )
    let planted = ["ROC60", "RESI10", "KLOW"]
    let interacting = ["CORR10", "RSQR10"]
    #expect(Set(linear.features.prefix(3).map(\.name)) == Set(planted))
    #expect(linear.features.prefix(3).allSatisfy { $0.isBeyondNoise })
    #expect(Set(trees.features.prefix(2).map(\.name)) == Set(interacting))
    #expect(trees.features.prefix(4).allSatisfy { $0.isBeyondNoise })
    #expect(Set(trees.features.prefix(5).map(\.name)).isSuperset(of: ["ROC60", "KLOW"]))
    // More of ROC60 and RESI10 means less return, more of KLOW means more.
    for name in ["linear coefficients", "gbdt shap"] {
      let features = try #require(rows[name]).features
      func direction(_ name: String) -> Double? {
        features.first { $0.name == name }?.direction?.mean
      }
      #expect(try #require(direction("ROC60")) < -0.7)
      #expect(try #require(direction("KLOW")) > 0.7)
    }
  }

  @Test func nothingIsFoundInNoise() throws {
    let rows = try explained("noise", [:]).filter { $0.value.method == ExplainedRow.permutation }
    #expect(rows.count == 2)
    for feature in rows.values.flatMap(\.features) {
      let (drop, error) = (try #require(feature.importance.mean), try #require(feature.error))
      #expect(abs(drop) <= 4 * error, "\(feature.name): \(drop) ± \(error)")
    }
  }
}
