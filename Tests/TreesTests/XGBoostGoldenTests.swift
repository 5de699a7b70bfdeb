import Foundation
import Testing
import Trees

/// What XGBoost's Python package gave on the same rows (`benchmarks/peers/xgboost_golden.py`).
struct XGBoostGolden: Decodable {
  struct Model: Decodable {
    let parameters: [String: String]
    let rounds: Int
    let scores: [Double]
    let predictions: [Float]
    let contributions: [Float]
    let gains: [Float]
  }

  let version: String
  let columns: Int
  let train: Int
  let values: [Float?]
  let labels: [Float]
  let weights: [Float]
  let boosted: Model
  let forest: Model
  let weighted: Model

  static func load() throws -> XGBoostGolden {
    let url = try #require(
      Bundle.module.url(forResource: "xgboost", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(XGBoostGolden.self, from: Data(contentsOf: url))
  }

  func training(weighted: Bool = false) throws -> DMatrix {
    try DMatrix(
      values.prefix(train * columns).map { $0 ?? .nan }, columns: columns,
      labels: Array(labels.prefix(train)), weights: weighted ? weights : nil)
  }

  func rest() throws -> DMatrix {
    try DMatrix(
      values.dropFirst(train * columns).map { $0 ?? .nan }, columns: columns,
      labels: Array(labels.dropFirst(train)))
  }
}

func furthest(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

/// Another version may grow other trees from the same random numbers.
private let isGoldenVersion: ConditionTrait = .enabled(
  if: XGBoostLibrary.version.hasPrefix("1.7."), "the values are XGBoost 1.7's")

extension TreesTests {
  @Test(isGoldenVersion) func boostingWithEarlyStoppingEqualsPython() throws {
    let golden = try XGBoostGolden.load()
    let rest = try golden.rest()
    let training = try Booster.train(
      BoosterParameters(golden.boosted.parameters), on: golden.training(), rounds: 200,
      watching: .init(rest, patience: 4))
    #expect(training.bestRound == golden.boosted.rounds - 1)
    #expect(try training.booster.rounds == golden.boosted.rounds)
    #expect(training.scores.count == golden.boosted.scores.count)
    #expect(zip(training.scores, golden.boosted.scores).allSatisfy { abs($0 - $1) < 1e-5 })
    try agrees(training.booster, golden.boosted, on: rest)
  }

  @Test(isGoldenVersion) func forestEqualsPython() throws {
    let golden = try XGBoostGolden.load()
    let parameters = BoosterParameters.randomForest(
      trees: 20, depth: 5, columnShare: 0.5, baseScore: 0.25, seed: 11)
    #expect(parameters.values == golden.forest.parameters)
    let forest = try Booster.train(parameters, on: golden.training(), rounds: 1).booster
    #expect(try forest.rounds == 1)
    try agrees(forest, golden.forest, on: golden.rest())
  }

  @Test(isGoldenVersion) func weightsCountAsInPython() throws {
    let golden = try XGBoostGolden.load()
    let booster = try Booster.train(
      BoosterParameters(golden.weighted.parameters), on: golden.training(weighted: true), rounds: 10
    ).booster
    let rest = try golden.rest()
    #expect(try furthest(booster.predict(rest), golden.weighted.predictions) < 1e-5)
    #expect(try furthest(booster.gains(), golden.weighted.gains) < 1e-3)
  }

  private func agrees(
    _ booster: Booster, _ golden: XGBoostGolden.Model, on rest: DMatrix
  ) throws {
    let predictions = try booster.predict(rest)
    #expect(furthest(predictions, golden.predictions) < 1e-5)
    let contributions = try booster.contributions(rest)
    #expect(furthest(contributions, golden.contributions) < 1e-5)
    #expect(try furthest(booster.gains(), golden.gains) < 1e-3)
    let width = rest.columns + 1
    for (row, prediction) in predictions.enumerated() {
      let sum = contributions[row * width..<(row + 1) * width].reduce(0, +)
      #expect(abs(sum - prediction) < 1e-4)
    }
  }
}
