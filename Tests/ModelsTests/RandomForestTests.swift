import Foundation
import Market
import Testing
import Trees

@testable import Models

/// What XGBoost's Python package gave for the rows of `LinearGolden`
/// (`benchmarks/peers/xgboost_family.py`).
struct TreesGolden: Decodable {
  struct Model: Decodable {
    let predictions: [Float]
    let contributions: [Float]
    let base: Float
    let rounds: Double?
    let score: Double?
  }

  let seed: UInt32
  let forest: Model
  let boosted: Model
  let alone: Model

  static func load() throws -> TreesGolden {
    let url = try #require(
      Bundle.module.url(forResource: "trees", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(TreesGolden.self, from: Data(contentsOf: url))
  }

  /// Another version may grow other trees from the same random numbers.
  static let isItsVersion: ConditionTrait = .enabled(
    if: XGBoostLibrary.version.hasPrefix("1.7."), "the values are XGBoost 1.7's")
}

/// Rows whose labels are the product of two features and noise: nothing for a linear function.
enum InteractionMarket {
  static func rows(seed: UInt64, dates: Int = 50) throws -> LabelledSamples {
    try DNNTests.rows(dates: dates, assets: 30, columns: 4, seed: seed, noise: 1) {
      Double($0[0] * $0[1])
    }
  }

  /// Mean daily rank correlation with the labels of unseen rows.
  static func rankIC(of id: String) throws -> Double {
    let entry = try modelRegistry.require(id)
    let test = try rows(seed: 2)
    let predictor = try entry.fit(
      rows(seed: 1), rows(seed: 3, dates: 20), entry.resolve(Data()), ModelContractTests.context())
    let scoring = ValidationScore(selection: .rankIC, validating: test)
    return try #require(scoring.score(predictor.predict(test.samples)))
  }
}

@Suite struct RandomForestTests {
  static let golden = RandomForest.Hyperparameters(
    trees: 30, depth: 5, rowShare: 0.632, columnShare: 0.5, minimumLeaf: 5)

  @Test(TreesGolden.isItsVersion) func equalsPython() throws {
    let (rows, trees) = (try LinearGolden.load(), try TreesGolden.load())
    let test = try rows.test()
    let forest = try RandomForest.grow(
      Self.golden, from: rows.labelled(0..<rows.train), seed: trees.seed)
    #expect(LinearTests.furthest(try forest.predict(test), trees.forest.predictions) < 1e-5)
    let explained = try forest.contributions(test)
    #expect(LinearTests.furthest(explained.values, trees.forest.contributions) < 1e-5)
    #expect(abs(explained.baseValue - trees.forest.base) < 1e-5)
  }

  @Test func contributionsAddUpToPredictions() throws {
    let rows = try LinearGolden.load()
    let forest = try RandomForest.grow(Self.golden, from: rows.labelled(0..<rows.train), seed: 1)
    let test = try rows.test()
    let explained = try forest.contributions(test)
    let width = test.columns.count
    let sums = (0..<explained.rows).map { row in
      explained.values[row * width..<(row + 1) * width].reduce(explained.baseValue, +)
    }
    #expect(LinearTests.furthest(sums, try forest.predict(test)) < 1e-5)
    // A constant column cannot split anything.
    #expect(explained.meanMagnitudes[6] == 0 && explained.meanMagnitudes[0] > 0)
  }

  @Test func blocksOfRowsAreExplainedInOrder() throws {
    let rows = try InteractionMarket.rows(seed: 4, dates: 300)
    let forest = try RandomForest.grow(
      .init(trees: 2, depth: 2), from: InteractionMarket.rows(seed: 1), seed: 1)
    let explained = try forest.contributions(rows.samples)
    // More than a block of 8192 rows, and the last of them as by itself.
    #expect(explained.rows == 9000)
    let last = try forest.contributions(rows.samples.selecting([rows.samples.keys[8999]]))
    #expect(Array(explained.values.suffix(4)) == last.values)
    #expect(explained.baseValue == last.baseValue)
  }

  @Test func seesInteractionsThatNoLinearFunctionCan() throws {
    // Signal and noise are of equal size: the truth itself would rank at about 0.65.
    let linear = try InteractionMarket.rankIC(of: "linear")
    #expect(abs(linear) < 0.1)
    #expect(try InteractionMarket.rankIC(of: "random_forest") > linear + 0.3)
  }

  @Test(arguments: [
    (#"{"trees": 0}"#, "random_forest.trees is 0; accepted: 1 to 100000"),
    (#"{"depth": 33}"#, "random_forest.depth is 33; accepted: 1 to 32"),
    (#"{"rowShare": 0}"#, "random_forest.rowShare is 0.0; accepted: 0.000001 to 1"),
    (#"{"columnShare": 1.1}"#, "random_forest.columnShare"),
    (#"{"minimumLeaf": 0}"#, "random_forest.minimumLeaf is 0"),
  ])
  func badValuesAreRefused(given: String, message: String) throws {
    let entry = try modelRegistry.require("random_forest")
    #expect {
      _ = try entry.resolve(Data(given.utf8))
    } throws: { error in
      (error as? SpecError)?.description.contains(message) == true
    }
  }
}
