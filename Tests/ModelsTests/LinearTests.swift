import Foundation
import Market
import TestSupport
import Testing

@testable import Models

/// What scikit-learn gave on the same rows (`benchmarks/peers/sklearn_linear.py`).
struct LinearGolden: Decodable {
  struct Case: Decodable, Sendable {
    let penalty: Linear.Penalty
    let strengths: [Double]
    let l1Ratio: Double
    let intercept: Bool
    let nonzero: Int
    let predictions: [Float]
  }
  struct Choice: Decodable, Sendable {
    let penalty: Linear.Penalty
    let strengths: [Double]
    let select: Linear.Selection
    let strength: Double
    let score: Double
    let predictions: [Float]
    let refitted: [Float]
  }

  let dates: Int
  let assets: Int
  let columns: Int
  let train: Int
  let validation: Int
  let values: [Float]
  let labels: [Float]
  let cases: [Case]
  let choices: [Choice]

  static func load() throws -> LinearGolden {
    let url = try #require(
      Bundle.module.url(forResource: "linear", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(LinearGolden.self, from: Data(contentsOf: url))
  }

  /// Rows whose features come out exactly as they are in the file.
  func labelled(_ range: Range<Int>) throws -> LabelledSamples {
    let keys = range.flatMap { date in (0..<assets).map { SampleKey(date: date, asset: $0) } }
    let samples = Samples(
      keys: keys,
      features: FeaturePanel(
        dates: dates, assets: assets, columns: (0..<columns).map { "x\($0)" }, values: values),
      transform: FeatureTransform(
        center: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns)),
      universe: try Universe((0..<assets).map { "A\($0)" }),
      closes: Array(repeating: 1, count: dates * assets))
    return LabelledSamples(
      samples: samples, labels: Array(labels[range.lowerBound * assets..<range.upperBound * assets])
    )
  }

  func fit(_ hyperparameters: Linear.Hyperparameters) throws -> any Predictor {
    try Linear.fit(
      labelled(0..<train), validating: labelled(train..<train + validation), hyperparameters,
      in: ModelContractTests.context())
  }

  func test() throws -> Samples { try labelled(train + validation..<dates).samples }
}

@Suite struct LinearTests {
  static func furthest(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: 0..<8) func equalsScikit(index: Int) throws {
    let golden = try LinearGolden.load()
    let expected = golden.cases[index]
    let predictor = try golden.fit(
      .init(
        penalty: expected.penalty, strengths: expected.strengths, l1Ratio: expected.l1Ratio,
        intercept: expected.intercept))
    #expect(try Self.furthest(predictor.predict(golden.test()), expected.predictions) < 1e-4)
    #expect(predictor.notes["strength"] == expected.strengths[0])
    // Lasso divides a pair of equal columns as it happens to come by them.
    if expected.penalty != .lasso {
      #expect(predictor.notes["nonzero_coefficients"] == Double(expected.nonzero))
    }
  }

  @Test(arguments: 0..<6) func choosesAsScikitWould(index: Int) throws {
    let golden = try LinearGolden.load()
    let expected = golden.choices[index]
    var hyperparameters = Linear.Hyperparameters(
      penalty: expected.penalty, strengths: expected.strengths.shuffled(), select: expected.select)
    let predictor = try golden.fit(hyperparameters)
    #expect(predictor.notes["strength"] == expected.strength)
    let score = try #require(predictor.notes["validation_\(expected.select.rawValue)"])
    #expect(abs(score - expected.score) < 1e-5)
    #expect(try Self.furthest(predictor.predict(golden.test()), expected.predictions) < 1e-4)
    hyperparameters.refit = true
    let refitted = try golden.fit(hyperparameters)
    #expect(try Self.furthest(refitted.predict(golden.test()), expected.refitted) < 1e-4)
  }

  // MARK: - Huber

  /// What `HuberRegressor` gave for outliers among the same rows
  /// (`benchmarks/peers/sklearn_huber.py`).
  struct HuberGolden: Decodable {
    struct Case: Decodable {
      let strength: Double
      let epsilon: Double
      let intercept: Bool
      let predictions: [Float]
      let refitted: [Float]
    }
    let labels: [Float]
    let cases: [Case]
  }

  @Test(arguments: 0..<4) func huberEqualsScikit(index: Int) throws {
    let url = try #require(
      Bundle.module.url(forResource: "huber", withExtension: "json", subdirectory: "Goldens"))
    let huber = try JSONDecoder().decode(HuberGolden.self, from: Data(contentsOf: url))
    let golden = try LinearGolden.load()
    func rows(_ range: Range<Int>) throws -> LabelledSamples {
      let labels = range.lowerBound * golden.assets..<range.upperBound * golden.assets
      return LabelledSamples(
        samples: try golden.labelled(range).samples, labels: Array(huber.labels[labels]))
    }
    let expected = huber.cases[index]
    var hyperparameters = Linear.Hyperparameters(
      penalty: .huber, strengths: [expected.strength], huberEpsilon: expected.epsilon,
      intercept: expected.intercept)
    func furthest(_ other: [Float]) throws -> Float {
      let predictor = try Linear.fit(
        rows(0..<golden.train), validating: rows(golden.train..<golden.train + golden.validation),
        hyperparameters, in: ModelContractTests.context())
      return try Self.furthest(predictor.predict(golden.test()), other)
    }
    #expect(try furthest(expected.predictions) < 1e-5)
    hyperparameters.refit = true
    #expect(try furthest(expected.refitted) < 1e-5)
  }

  @Test func huberIsUnmovedByWhatMovesLeastSquares() throws {
    let market = SampleFactory { $0.dates = 80 }
    let rows = try market.labelled(0..<60)
    let spoilt = LabelledSamples(
      samples: rows.samples,
      labels: rows.labels.enumerated().map { $0.offset % 10 == 0 ? 30 : $0.element })
    let test = try market.labelled(60..<80)
    func error(_ penalty: Linear.Penalty) throws -> Double {
      let predictor = try Linear.fit(
        spoilt, validating: nil, .init(penalty: penalty, strengths: [1e-3]),
        in: ModelContractTests.context())
      return zip(try predictor.predict(test.samples), test.labels).reduce(0.0) {
        $0 + Double(abs($1.0 - $1.1)) / Double(test.count)
      }
    }
    #expect(try error(.huber) < 0.5)
    #expect(try error(.ridge) > 2)
  }

  @Test func explanationsAddUpToPredictions() throws {
    let golden = try LinearGolden.load()
    let predictor = try #require(
      try golden.fit(.init(penalty: .ridge, strengths: [10])) as? any ExplainablePredictor)
    let rows = try golden.test()
    let explained = try predictor.contributions(rows)
    #expect(explained.columns == rows.columns && explained.rows == rows.count)
    let sums = (0..<explained.rows).map { row in
      explained.values[row * rows.columns.count..<(row + 1) * rows.columns.count]
        .reduce(explained.baseValue, +)
    }
    #expect(try Self.furthest(sums, predictor.predict(rows)) < 1e-5)
    // The constant column says nothing, the first the most.
    #expect(explained.meanMagnitudes[6] == 0)
    #expect(explained.meanMagnitudes.max() == explained.meanMagnitudes[0])
  }

  // MARK: - Degenerate columns

  @Test func fewerRowsThanColumnsGiveTheLeastNorm() throws {
    let market = SampleFactory { ($0.dates, $0.assets, $0.columns) = (3, 4, 30) }
    let rows = try market.labelled(0..<3)
    let predictor = try Linear.fit(
      rows, validating: nil, .init(penalty: .ols), in: ModelContractTests.context())
    // Twelve rows less the intercept cannot fill thirty columns: all are met exactly.
    #expect(Self.furthest(try predictor.predict(rows.samples), rows.labels) < 1e-3)
    let linear = try #require(predictor as? LinearPredictor)
    let tiny = try Linear.fit(
      rows, validating: nil, .init(penalty: .ridge, strengths: [1e-6]),
      in: ModelContractTests.context())
    let limit = try #require(tiny as? LinearPredictor)
    // The ridge's limit at strength 0 is the solution of least norm.
    #expect(
      Self.furthest(linear.fit.weights.map(Float.init), limit.fit.weights.map(Float.init)) < 1e-4)
  }

  @Test func equalColumnsShareTheirWeight() throws {
    let golden = try LinearGolden.load()
    let predictor = try golden.fit(.init(penalty: .ols))
    let weights = try #require(predictor as? LinearPredictor).fit.weights
    #expect(abs(weights[4] - weights[5]) < 1e-9)
    #expect(weights[6] == 0)
  }

  // MARK: - The path

  @Test(arguments: Linear.Penalty.allCases)
  func withoutValidationRowsTheMiddleOfThePathIsTaken(penalty: Linear.Penalty) throws {
    let golden = try LinearGolden.load()
    let rows = try golden.labelled(0..<golden.train)
    let hyperparameters = Linear.Hyperparameters(penalty: penalty)
    let path = LinearPath(try LinearMoments(of: rows), hyperparameters)
    let predictor = try Linear.fit(
      rows, validating: nil, hyperparameters, in: ModelContractTests.context())
    #expect(predictor.notes["strength"] == path.strengths[path.strengths.count / 2])
    #expect(predictor.notes["validation_rank_ic"] == nil)
    guard penalty != .ols else { return }
    #expect(path.strengths.count == 25)
    #expect(abs((path.strengths.last ?? 0) / path.strengths[0] - 1e-4) < 1e-12)
    // Alone, a strength is that same middle.
    var single = hyperparameters
    single.pathLength = 1
    let alone = try #require(LinearPath(try LinearMoments(of: rows), single).strengths.first)
    #expect(abs(alone / path.strengths[12] - 1) < 1e-9)
  }

  @Test(arguments: [Linear.Penalty.lasso, .elasticNet])
  func theStrongestPenaltyLeavesNoWeightAndTheNextSome(penalty: Linear.Penalty) throws {
    let golden = try LinearGolden.load()
    let rows = try golden.labelled(0..<golden.train)
    let fits = try LinearPath(LinearMoments(of: rows), .init(penalty: penalty)).fits(to: [rows])
    #expect(fits[0].weights.allSatisfy { abs($0) < 1e-12 })
    #expect(fits[1].weights.contains { $0 != 0 })
  }

  @Test func theGapIsSmallAtTheMinimumAndNotBefore() throws {
    let golden = try LinearGolden.load()
    let equations = try LinearMoments(of: golden.labelled(0..<golden.train))
      .normalised(centred: true)
    var descent = CoordinateDescent(equations)
    #expect(descent.gap(l1: 0.01, l2: 0.01) > 1e-3)
    descent.minimise(l1: 0.01, l2: 0.01)
    #expect(abs(descent.gap(l1: 0.01, l2: 0.01)) <= 1e-11 * equations.labelVariance)
  }

  // MARK: - Rows

  @Test func blocksOfRowsAddUp() throws {
    let rows = try SampleFactory().labelled(0..<30)
    let whole = try LinearMoments(of: rows)
    let pieces = try LinearMoments(of: rows, block: 7)
    let halves =
      try LinearMoments(of: SampleFactory().labelled(0..<11))
      + LinearMoments(of: SampleFactory().labelled(11..<30))
    for other in [pieces, halves] {
      #expect(other.rows == whole.rows)
      #expect(zip(other.products, whole.products).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(zip(other.labelProducts, whole.labelProducts).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(zip(other.sums, whole.sums).allSatisfy { abs($0 - $1) < 1e-9 })
      #expect(abs(other.labelSquares - whole.labelSquares) < 1e-9)
    }
  }

  @Test func validationRowsChooseButAreNotFittedTo() throws {
    let golden = try LinearGolden.load()
    let rows = try golden.labelled(0..<golden.train)
    for penalty in Linear.Penalty.allCases {
      let hyperparameters = Linear.Hyperparameters(
        penalty: penalty, strengths: penalty == .ols ? [] : [0.03])
      let without = try Linear.fit(
        rows, validating: nil, hyperparameters, in: ModelContractTests.context())
      let test = try golden.test()
      #expect(try golden.fit(hyperparameters).predict(test) == without.predict(test))
    }
  }

  @Test func equallyGoodStrengthsGiveTheStrongest() throws {
    // With one column, every strength ranks the assets alike.
    let market = SampleFactory { $0.columns = 1 }
    let strengths = [0.5, 8, 2]
    let predictor = try Linear.fit(
      market.labelled(0..<30), validating: market.labelled(32..<42), .init(strengths: strengths),
      in: ModelContractTests.context())
    #expect(predictor.notes["strength"] == 8)
  }

  @Test func validationWithoutACrossSectionTakesTheMiddle() throws {
    let market = SampleFactory { $0.assets = 1 }
    let predictor = try Linear.fit(
      market.labelled(0..<40), validating: market.labelled(42..<50), .init(),
      in: ModelContractTests.context())
    let none = try Linear.fit(
      market.labelled(0..<40), validating: nil, .init(), in: ModelContractTests.context())
    #expect(predictor.notes["strength"] == none.notes["strength"])
  }

  // MARK: - Hyperparameters

  @Test(arguments: [
    (#"{"penalty": "elastic-net"}"#, "did you mean 'elastic_net'"),
    (#"{"select": "sharpe"}"#, "known: rank_ic, mse"),
    (#"{"strengths": [1, -1]}"#, "linear.strengths[1] is -1.0; accepted: numbers from 0"),
    (#"{"penalty": "lasso", "strengths": [0]}"#, "numbers above 0"),
    (#"{"pathLength": 0}"#, "linear.pathLength is 0; accepted: 1 to 1000"),
    (#"{"pathRatio": 1}"#, "linear.pathRatio"),
    (#"{"l1Ratio": 1.5}"#, "linear.l1Ratio is 1.5; accepted: 0.001 to 1"),
    (#"{"huberEpsilon": 1}"#, "linear.huberEpsilon is 1.0; accepted: above 1 to 100"),
  ])
  func badValuesAreRefused(given: String, message: String) throws {
    let entry = try modelRegistry.require("linear")
    #expect {
      _ = try entry.resolve(Data(given.utf8))
    } throws: { error in
      (error as? SpecError)?.description.contains(message) == true
    }
  }
}
