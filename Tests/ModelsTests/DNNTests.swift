import Foundation
import Market
import Networks
import Testing
import Torch

@testable import Models

@Suite struct DNNTests {
  /// Rows with standard normal features, labelled by a function of them.
  static func rows(
    dates: Int, assets: Int, columns: Int = 3, seed: UInt64, noise: Double = 0,
    label: ([Float]) -> Double
  ) throws -> LabelledSamples {
    var stream = SeedTree(root: seed).stream("rows")
    let values = (0..<dates * assets * columns).map { _ in Float(stream.normal()) }
    let samples = Samples(
      keys: (0..<dates).flatMap { date in
        (0..<assets).map { SampleKey(date: date, asset: $0) }
      },
      features: FeaturePanel(
        dates: dates, assets: assets, columns: (0..<columns).map { "f\($0)" }, values: values),
      transform: FeatureTransform(
        center: Array(repeating: 0, count: columns), scale: Array(repeating: 1, count: columns),
        clip: 10),
      universe: try Universe((0..<assets).map { "a\($0)" }),
      closes: Array(repeating: 1, count: dates * assets))
    let labels = (0..<dates * assets).map { row in
      Float(label(Array(values[row * columns..<(row + 1) * columns])) + noise * stream.normal())
    }
    return LabelledSamples(samples: samples, labels: labels)
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples? = nil, seed: UInt64 = 1,
    _ change: (inout DNN.Hyperparameters) -> Void = { _ in }
  ) throws -> any Predictor {
    var given = DNN.defaults
    (given.hidden, given.epochs, given.batchSize) = ([16], 20, 64)
    (given.dropout, given.learningRate) = (0, 1e-2)
    change(&given)
    return try DNN.fit(
      train, validating: validating, given,
      in: FitContext(seeds: SeedTree(root: seed), label: .standard))
  }

  static func correlation(_ a: [Float], _ b: [Float]) -> Double {
    let count = Double(a.count)
    let (x, y) = (a.map { Double($0) }, b.map { Double($0) })
    let (mx, my) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
    let cross = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    let (left, right) = (
      x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }, y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    )
    return cross / (left * right).squareRoot()
  }

  @Test func overfitsSixtyFourSamples() throws {
    let rows = try Self.rows(dates: 8, assets: 8, columns: 5, seed: 1, noise: 1) { _ in 0 }
    let model = try Self.fit(rows) {
      ($0.hidden, $0.epochs, $0.batchSize, $0.weightDecay) = ([64, 64], 400, 64, 0)
      $0.normalization = .none
    }
    #expect(Self.correlation(try model.predict(rows.samples), rows.labels) > 0.99)
  }

  @Test func learnsAnInteractionThatNoLinearModelCan() throws {
    func interacting(_ seed: UInt64) throws -> LabelledSamples {
      try Self.rows(dates: 40, assets: 20, seed: seed, noise: 0.3) { Double($0[0] * $0[1]) }
    }
    let (train, test) = (try interacting(1), try interacting(2))
    let model = try Self.fit(train, validating: interacting(3)) { $0.hidden = [32] }
    #expect(Self.correlation(try model.predict(test.samples), test.labels) > 0.75)
    // Each feature by itself says nothing about the label.
    for column in 0..<3 {
      let feature = stride(from: column, to: test.count * 3, by: 3).map {
        test.samples.matrix()[$0]
      }
      #expect(abs(Self.correlation(feature, test.labels)) < 0.12)
    }
  }

  @Test func seedsDecide() throws {
    let rows = try Self.rows(dates: 10, assets: 10, seed: 1, noise: 1) { Double($0[0]) }
    func predictions(_ seed: UInt64) throws -> [Float] {
      try Self.fit(rows, seed: seed) { ($0.dropout, $0.epochs) = (0.3, 4) }.predict(rows.samples)
    }
    #expect(try predictions(1) == predictions(1))
    #expect(try predictions(1) != predictions(2))
  }

  @Test func oneRowCanBePredicted() throws {
    let rows = try Self.rows(dates: 10, assets: 10, seed: 1) { Double($0[0]) }
    let model = try Self.fit(rows, validating: rows) { $0.epochs = 2 }
    let whole = try model.predict(rows.samples)
    let one = try model.predict(rows.samples.selecting([rows.samples.keys[7]]))
    #expect(one.count == 1 && abs(one[0] - whole[7]) < 1e-5)
    #expect(model.notes["epochs"] == 2 && model.notes["best_epoch"] != nil)
  }

  @Test func absurdLearningRateIsDivergence() throws {
    let rows = try Self.rows(dates: 10, assets: 10, seed: 1) { Double($0[0]) }
    #expect {
      try Self.fit(rows) { $0.learningRate = 1e30 }
    } throws: { error in
      if case TrainingError.diverged = error { true } else { false }
    }
  }

  @Test func earlyStoppingBeatsTrainingToTheEnd() throws {
    // A little signal under much noise, and a network that can learn the noise by heart.
    func weak(_ seed: UInt64, dates: Int) throws -> LabelledSamples {
      try Self.rows(dates: dates, assets: 20, columns: 8, seed: seed, noise: 1) {
        0.4 * Double($0[0])
      }
    }
    let (train, test) = (try weak(1, dates: 15), try weak(2, dates: 40))
    func quality(_ patience: Int, validating: LabelledSamples?) throws -> Double {
      let model = try Self.fit(train, validating: validating) {
        ($0.hidden, $0.epochs, $0.patience) = ([64], 80, patience)
        ($0.normalization, $0.weightDecay) = (.none, 0)
      }
      return Self.correlation(try model.predict(test.samples), test.labels)
    }
    let stopped = try quality(5, validating: weak(3, dates: 15))
    #expect(stopped > 0.2)
    #expect(try stopped > quality(5, validating: nil) + 0.05)
  }

  static let refused: [(json: String, key: String)] = [
    (#"{"hidden": []}"#, "hidden"), (#"{"hidden": [0]}"#, "hidden"),
    (#"{"dropout": 1}"#, "dropout"), (#"{"dropout": -0.1}"#, "dropout"),
    (#"{"epochs": 0}"#, "epochs"), (#"{"batchSize": 1}"#, "batchSize"),
    (#"{"learningRate": 0}"#, "learningRate"), (#"{"weightDecay": -1}"#, "weightDecay"),
    (#"{"gradientClip": -1}"#, "gradientClip"), (#"{"patience": 0}"#, "patience"),
    (#"{"ensemble": 0}"#, "ensemble"),
  ]

  @Test(arguments: refused)
  func refusesWhatCannotBe(_ item: (json: String, key: String)) throws {
    let entry = try modelRegistry.require("dnn")
    #expect {
      try entry.resolve(Data(item.json.utf8))
    } throws: { error in
      guard case SpecError.invalid("dnn.\(item.key)", _, _) = error else { return false }
      return true
    }
  }

  @Test func specsSetWhatTheyName() throws {
    let entry = try modelRegistry.require("dnn")
    let resolved = try entry.resolve(
      Data(#"{"normalization": "layer", "stopping": "rank_ic", "hidden": [8]}"#.utf8))
    let value = try JSONDecoder().decode(DNN.Hyperparameters.self, from: resolved)
    #expect(value.normalization == .layer && value.stopping == .rankIC && value.hidden == [8])
    #expect(value.epochs == DNN.defaults.epochs)
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"norm": "layer"}"#.utf8)) }
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"normalization": "x"}"#.utf8)) }
  }
}
