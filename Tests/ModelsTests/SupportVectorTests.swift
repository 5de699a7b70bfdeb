import Foundation
import Market
import TestSupport
import Testing

@testable import Models

/// What scikit-learn gave for the rows of `LinearGolden` (`benchmarks/peers/sklearn_svr_family.py`).
struct SupportVectorGolden: Decodable {
  struct Case: Decodable {
    let kernel: SupportVector.Kernel
    let loss: SupportVector.Loss
    let gamma: Double
    let landmarks: Int
    let cost: Double
    let epsilon: Double
    let predictions: [Float]
  }
  struct Choice: Decodable {
    let kernel: SupportVector.Kernel
    let select: Linear.Selection
    let costs: [Double]
    let epsilons: [Double]
    let cost: Double
    let epsilon: Double
    let score: Double
    let predictions: [Float]
  }

  let cases: [Case]
  let choices: [Choice]

  static func load() throws -> SupportVectorGolden {
    let url = try #require(
      Bundle.module.url(forResource: "svr_family", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(SupportVectorGolden.self, from: Data(contentsOf: url))
  }
}

@Suite struct SupportVectorTests {
  static func fit(_ given: SupportVector.Hyperparameters) throws -> any Predictor {
    let golden = try LinearGolden.load()
    return try SupportVector.fit(
      golden.labelled(0..<golden.train),
      validating: golden.labelled(golden.train..<golden.train + golden.validation), given,
      in: ModelContractTests.context())
  }

  @Test(arguments: 0..<7) func equalsScikit(index: Int) throws {
    let expected = try SupportVectorGolden.load().cases[index]
    let predictor = try Self.fit(
      .init(
        kernel: expected.kernel, loss: expected.loss, costs: [expected.cost],
        epsilons: [expected.epsilon], gamma: expected.gamma,
        kernelRows: expected.landmarks > 0 ? 0 : 5000, landmarks: max(1, expected.landmarks),
        tolerance: 1e-8))
    let test = try LinearGolden.load().test()
    #expect(LinearTests.furthest(try predictor.predict(test), expected.predictions) < 1e-4)
    #expect(predictor.notes["cost"] == expected.cost)
    #expect(predictor.notes["epsilon"] == expected.epsilon)
    #expect((predictor.notes["landmarks"] ?? 0) == Double(expected.landmarks))
  }

  @Test(arguments: 0..<4) func choosesAsScikitWould(index: Int) throws {
    let expected = try SupportVectorGolden.load().choices[index]
    let predictor = try Self.fit(
      .init(
        kernel: expected.kernel, costs: expected.costs.shuffled(),
        epsilons: expected.epsilons.shuffled(), select: expected.select, tolerance: 1e-8))
    #expect(predictor.notes["cost"] == expected.cost)
    #expect(predictor.notes["epsilon"] == expected.epsilon)
    let score = try #require(predictor.notes["validation_\(expected.select.rawValue)"])
    #expect(abs(score - expected.score) < 1e-4)
    let test = try LinearGolden.load().test()
    #expect(LinearTests.furthest(try predictor.predict(test), expected.predictions) < 1e-4)
  }

  // MARK: - The grid

  @Test func unitsOfLabelsAndNumbersOfRowsCancelOut() throws {
    let market = SampleFactory()
    let rows = try market.labelled(0..<30)
    let small = LabelledSamples(samples: rows.samples, labels: rows.labels.map { $0 / 64 })
    for loss in SupportVector.Loss.allCases {
      let given = SupportVector.Hyperparameters(loss: loss, tolerance: 1e-6)
      func predictions(_ rows: LabelledSamples) throws -> [Float] {
        try SupportVector.fit(rows, validating: nil, given, in: ModelContractTests.context())
          .predict(market.samples(40..<50))
      }
      let scaled = try predictions(small).map { $0 * 64 }
      #expect(LinearTests.furthest(try predictions(rows), scaled) < 1e-3)
    }
    let grid = SupportVectorGrid(.init(), rows, isAbsolute: false)
    #expect(grid.middle.cost == 3.0 / 360)
    #expect(abs(grid.middle.epsilon - 0.5 * rows.labelMoments.deviation) < 1e-12)
  }

  @Test func thinnedRowsAreWholeDatesEvenlySpaced() throws {
    let rows = try SampleFactory().labelled(0..<30)
    #expect(rows.thinned(to: 360).count == 360)
    let thinned = rows.thinned(to: 125)
    #expect(thinned.samples.dateRanges.map(\.count) == Array(repeating: 12, count: 10))
    #expect(Set(thinned.samples.keys.map(\.date)) == Set((0..<10).map { Int32(3 * $0) }))
    #expect(thinned.labels[12] == rows.labels[36])
    #expect(rows.thinned(to: 1).count == 12)
  }

  @Test func aSearchOnFewerRowsFitsAllOfThem() throws {
    let market = SampleFactory { $0.dates = 120 }
    let (train, watched) = (try market.labelled(0..<70), try market.labelled(72..<92))
    let thin = try SupportVector.fit(
      train, validating: watched, .init(searchRows: 300), in: ModelContractTests.context())
    let cost = try #require(thin.notes["cost"])
    #expect(SupportVectorGrid(.init(), train, isAbsolute: false).costs.contains(cost))
    let direct = try SupportVector.fit(
      train, validating: nil,
      .init(costs: [cost], epsilons: [try #require(thin.notes["epsilon"])]),
      in: ModelContractTests.context())
    let test = try market.samples(94..<120)
    #expect(try thin.predict(test) == direct.predict(test))
  }

  // MARK: - Kernels

  @Test func landmarksAreScatteredAndDistinct() {
    #expect(KernelFeatures.positions(5, of: 3) == [0, 1, 2])
    // frac(k · 0.618…) for k = 1 to 4: 0.618, 0.236, 0.854, 0.472.
    #expect(KernelFeatures.positions(4, of: 100) == [23, 47, 61, 85])
    let many = KernelFeatures.positions(256, of: 100_000)
    #expect(many.count == 256)
    let gaps = zip(many, many.dropFirst()).map { $1 - $0 }
    #expect((gaps.min() ?? 0) > 100 && (gaps.max() ?? 0) < 800)
  }

  @Test func productsOfFeaturesAreTheKernelBetweenLandmarks() throws {
    let samples = try SampleFactory().samples(0..<4)
    let features = try KernelFeatures(gamma: 0.1, landmarks: 48, of: samples)
    let (values, rows) = (try features.values(of: samples), samples.matrix())
    for (a, b) in [(0, 0), (3, 17), (47, 20)] {
      let product = (0..<features.count).reduce(Float(0)) {
        $0 + values[a * features.count + $1] * values[b * features.count + $1]
      }
      let distance = (0..<5).reduce(Float(0)) {
        $0 + (rows[a * 5 + $1] - rows[b * 5 + $1]) * (rows[a * 5 + $1] - rows[b * 5 + $1])
      }
      #expect(abs(product - Float(exp(-0.1 * Double(distance)))) < 1e-4)
    }
  }

  @Test(arguments: [0, 5000])
  func kernelsSeeInteractionsThatNoLinearFunctionCan(kernelRows: Int) throws {
    let (train, test) = (
      try InteractionMarket.rows(seed: 1, dates: 30), try InteractionMarket.rows(seed: 2)
    )
    func rankIC(_ kernel: SupportVector.Kernel) throws -> Double {
      let given = SupportVector.Hyperparameters(
        kernel: kernel, kernelRows: kernelRows, landmarks: 100)
      let predictor = try SupportVector.fit(
        train, validating: InteractionMarket.rows(seed: 3, dates: 20), given,
        in: ModelContractTests.context())
      let scoring = ValidationScore(selection: .rankIC, validating: test)
      return try #require(scoring.score(predictor.predict(test.samples)))
    }
    #expect(try rankIC(.rbf) > rankIC(.linear) + 0.3)
  }

  @Test(arguments: [0, 5000])
  func kernelsSurviveRowsThatSayNothing(kernelRows: Int) throws {
    let given = SupportVector.Hyperparameters(kernel: .rbf, kernelRows: kernelRows, landmarks: 20)
    for market in [
      SampleFactory { $0.missing = 1 }, SampleFactory { $0.constantLabel = -3 },
      SampleFactory { ($0.dates, $0.assets) = (2, 1) },
    ] {
      let half = market.dates / 2
      let predictor = try SupportVector.fit(
        market.labelled(0..<half), validating: market.labelled(half..<market.dates), given,
        in: ModelContractTests.context())
      let predictions = try predictor.predict(market.samples(0..<market.dates))
      #expect(predictions.count == market.dates * market.assets)
      #expect(predictions.allSatisfy { $0.isFinite })
    }
  }

  // MARK: - Hyperparameters

  @Test(arguments: [
    (#"{"kernel": "poly"}"#, "known: linear, rbf"),
    (#"{"loss": "huber"}"#, "known: squared_epsilon_insensitive, epsilon_insensitive"),
    (#"{"costs": [1, 0]}"#, "svr.costs[1] is 0.0; accepted: a number above 0"),
    (#"{"epsilons": [-1]}"#, "svr.epsilons[0] is -1.0; accepted: 0 or a number above"),
    (#"{"gamma": -1}"#, "svr.gamma"), (#"{"landmarks": 0}"#, "svr.landmarks"),
    (#"{"kernelRows": -1}"#, "svr.kernelRows"), (#"{"searchRows": 0}"#, "svr.searchRows"),
    (#"{"tolerance": 0}"#, "svr.tolerance is 0.0; accepted: above 0, below 1"),
  ])
  func badValuesAreRefused(given: String, message: String) throws {
    let entry = try modelRegistry.require("svr")
    #expect {
      _ = try entry.resolve(Data(given.utf8))
    } throws: { error in
      (error as? SpecError)?.description.contains(message) == true
    }
  }
}
