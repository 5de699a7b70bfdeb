import Foundation
import Market
import Metrics
import Testing

@testable import Harness

/// A market with a single kind of signal in it: the family made for that kind must find it.
///
/// Margins are below what each of the market seeds 1 to 5 gave, which stands beside them. The same
/// on a market of the usual size, for every family: `Documentation/what-families-learn.md`.
@Suite struct WhatFamiliesLearnTests {
  /// Mean RankIC of families on the first half of a small market, trained on the second.
  private func rankIC(
    of families: [FamilyChoice], on part: String, from features: String, assets: Int = 64,
    dates: Int = 300
  ) throws -> [String: Double] {
    var strength: [String: JSONValue] = [
      "linear": .number(0), "interaction": .number(0), "sequence": .number(0),
      "graph": .number(0),
    ]
    strength[part] = .number(0.3)
    let run = try SmallRun {
      $0.datasetParameters = .object([
        "assets": .integer(assets), "dates": .integer(dates), "seed": .integer(1),
        "sectorVolatility": .number(0.002), "lateListings": .number(0),
        "strength": .object(strength),
      ])
      $0.features.set = features
      $0.families = families
      $0.split.folds = 2
      $0.seeds = 1
    }
    let workbench = try Workbench(run.experiment)
    let runner = try CellRunner(workbench)
    let rules = ScoringRules(label: run.experiment.label, portfolio: run.experiment.portfolio)
    var scores: [String: Double] = [:]
    for cell in try Plan(workbench).cells where cell.fold == 0 {
      let rows = try #require(runner.run(cell).predictions)
      // On the market's first date no family can tell the assets apart.
      let daily = DailyScores(rows, rules: rules, for: [.rankIC])[Metric.rankIC.defining]
        .filter { !$0.isNaN }
      scores[cell.name] = daily.reduce(0, +) / Double(daily.count)
    }
    return scores
  }

  /// RankIC less that of linear: forest 0.093 to 0.162 (median 0.141), boosting 0.157 to 0.182
  /// (0.161), network 0.181 to 0.204 (0.187).
  @Test func treesAndTheDNNLearnAnInteractionThatNoLinearModelCan() throws {
    let scores = try rankIC(
      of: [
        FamilyChoice("linear"),
        FamilyChoice("random_forest", hyperparameters: .object(["trees": .integer(50)])),
        FamilyChoice("gbdt"), FamilyChoice("dnn"),
      ], on: "interaction", from: "alpha20")
    let linear = try #require(scores["linear"])
    for (family, margin) in [("random_forest", 0.06), ("gbdt", 0.1), ("dnn", 0.12)] {
      #expect(try #require(scores[family]) > linear + margin, "\(family) \(scores)")
    }
  }

  /// RankIC less that of the network over single rows: LSTM 0.076 to 0.146 (median 0.123),
  /// transformer 0.052 to 0.129 (0.123).
  ///
  /// Windows of 20 dates leave a short validation stretch to stop on; hence more dates. The transformer
  /// is smaller than by default, to save time.
  @Test(arguments: ["lstm", "transformer"])
  func windowsShowAWaveThatTheLastDateDoesNot(_ family: String) throws {
    let given: [String: JSONValue] =
      family == "lstm"
      ? [:]
      : ["learningRate": .number(0.003), "layers": .integer(1), "width": .integer(16)]
    let scores = try rankIC(
      of: [
        FamilyChoice("dnn"), FamilyChoice(family, hyperparameters: .object(given)),
      ], on: "sequence", from: "returns", assets: 32, dates: 500)
    let dnn = try #require(scores["dnn"])
    #expect(try #require(scores[family]) > dnn + 0.04, "\(scores)")
  }

  /// RankIC less that of the best of the others: 0.108 to 0.153 (median 0.119).
  @Test func neighboursShowWhatLeadsASector() throws {
    let others = ["linear", "gbdt", "dnn"]
    let scores = try rankIC(
      of: (others + ["gnn"]).map { FamilyChoice($0) }, on: "graph", from: "returns")
    let gnn = try #require(scores["gnn"])
    for family in others {
      #expect(gnn > (try #require(scores[family])) + 0.06, "\(scores)")
    }
  }

  /// What the page was made from must go on meaning what it says.
  @Test(arguments: ["linear", "interaction", "sequence", "lead-lag"])
  func theSpecsOfThePageResolve(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appendingPathComponent("benchmarks/learning/\(name).json5")
    let spec = try Profile.quick.experiment
      .overlaid(by: Data(contentsOf: file), named: file.path).resolved()
    guard case .object(let market) = spec.datasetParameters else {
      Issue.record("no settings of the market")
      return
    }
    // Not those of whichever profile the spec is laid over.
    #expect(market["dates"] == .integer(1000) && market["assets"] == .integer(64))
    #expect(spec.split.folds == 3 && spec.sources == [.real])
  }
}
