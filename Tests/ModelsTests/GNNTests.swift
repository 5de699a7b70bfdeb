import Foundation
import Market
import Testing
import Torch

@testable import Models
@testable import Networks

/// What others' graph networks gave for the same weights (`benchmarks/peers/torch_gat.py`).
struct GraphGolden: Decodable {
  struct Weights: Decodable {
    let shape: [Int]
    let values: [Double]

    func tensor(_ shape: [Int]? = nil) throws -> Tensor {
      try Tensor(values, shape: shape ?? self.shape)
    }
  }
  struct Attention: Decodable {
    let dates: Int
    let assets: Int
    let inputs: Int
    let heads: Int
    let width: Int
    let nodes: [Double]
    let listens: [Int]
    let observed: [Int]
    let weights: [String: Weights]
    let outputs: [Double]
  }
  struct Concepts: Decodable {
    let dates: Int
    let assets: Int
    let columns: Int
    let steps: Int
    let width: Int
    let concepts: [Int]
    let windows: [Double]
    let observed: [Int]
    let weights: [String: Weights]
    /// `nil` where the asset is not there.
    let outputs: [Double?]
  }

  let gat: Attention
  let hist: Concepts

  static func load() throws -> GraphGolden {
    let url = try #require(
      Bundle.module.url(forResource: "gat", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(GraphGolden.self, from: Data(contentsOf: url))
  }
}

@Suite struct GNNTests {
  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples? = nil, seed: UInt64 = 1,
    _ change: (inout GNN.Hyperparameters) -> Void = { _ in }
  ) throws -> any Predictor {
    var given = GNN.defaults
    (given.width, given.epochs, given.datesPerBatch) = (16, 25, 8)
    (given.dropout, given.weightDecay, given.neighbours) = (0, 0.01, 3)
    given.learningRate = 1e-2
    change(&given)
    return try GNN.fit(
      train, validating: validating, given,
      in: FitContext(seeds: SeedTree(root: seed), label: .standard))
  }

  /// `GATConv` of PyTorch Geometric on each date by itself, with the edges that are there.
  @Test func attentionEqualsPyTorchGeometric() throws {
    let golden = try GraphGolden.load().gat
    let weights = golden.weights
    func weight(_ name: String, _ shape: [Int]? = nil) throws -> Tensor {
      try #require(weights[name]).tensor(shape)
    }
    let vectors = [golden.heads, golden.width]
    let layer = GraphAttention(
      weight: try weight("lin.weight"), target: try weight("att_dst", vectors),
      source: try weight("att_src", vectors), bias: try weight("bias"))
    let (dates, assets) = (golden.dates, golden.assets)
    let absent = (0..<dates * assets * assets).map { cell in
      let (date, listener, other) = (
        cell / (assets * assets), cell / assets % assets, cell % assets
      )
      let hears =
        golden.listens[listener * assets + other] == 1
        && golden.observed[date * assets + other] == 1
      return hears || listener == other ? Float(0) : 1
    }
    let result = try layer(
      Tensor(golden.nodes, shape: [dates, assets, golden.inputs]),
      absent: Tensor(absent, shape: [dates, 1, assets, assets]).greater(0.5)
    ).doubles()
    #expect(result.count == golden.outputs.count)
    let furthest = zip(result, golden.outputs).map { abs($0 - $1) }.max() ?? .infinity
    #expect(furthest < 1e-7)
  }

  // MARK: - Learning

  @Test(arguments: [GNN.Variant.gat, .hist]) func overfitsSixtyFourSamples(
    variant: GNN.Variant
  ) throws {
    let market = SectorMarket { ($0.dates, $0.columns, $0.noise) = (4, 6, 5) }
    let rows = try market.labelled(0..<4)
    #expect(rows.count == 64)
    let model = try Self.fit(rows) {
      ($0.variant, $0.width, $0.epochs, $0.datesPerBatch) = (variant, 64, 300, 4)
      $0.weightDecay = 0
    }
    #expect(DNNTests.correlation(try model.predict(rows.samples), rows.labels) > 0.98)
  }

  /// What leads an asset is in its neighbours' features only: its own say nothing.
  @Test(arguments: [[StockGraph.Edges.sector], [.correlation], [.sector, .correlation]])
  func learnsFromNeighboursWhatNoSingleRowTells(edges: [StockGraph.Edges]) throws {
    let market = SectorMarket()
    let (train, validation) = (try market.labelled(0..<90), try market.labelled(90..<110))
    let test = try market.labelled(110..<160)
    let model = try Self.fit(train, validating: validation) { $0.edges = edges }
    let quality = DNNTests.correlation(try model.predict(test.samples), test.labels)
    // The noise leaves 1 / √(1 + 0.3²) = 0.96 to be reached.
    #expect(quality > 0.8)
    guard edges == [.sector] else { return }
    let alone = try DNNTests.fit(train, validating: validation)
    let own = DNNTests.correlation(try alone.predict(test.samples), test.labels)
    #expect(abs(own) < 0.15 && quality > own + 0.6)
  }

  @Test func stepsReachBackInTime() throws {
    // Labels of the features two dates ago: nothing of it in the row's own date.
    let market = SectorMarket { ($0.dates, $0.sectors, $0.perSector) = (120, 2, 4) }
    let rows = try market.labelled(0..<120)
    var late = rows.labels
    for row in late.indices { late[row] = row < 16 ? 0 : rows.labels[row - 16] }
    let shifted = LabelledSamples(samples: rows.samples, labels: late)
    let model = try Self.fit(shifted) { ($0.steps, $0.epochs) = (3, 40) }
    #expect(DNNTests.correlation(try model.predict(rows.samples), late) > 0.6)
    #expect(GNN.window(GNN.Hyperparameters(steps: 3)) == 3)
  }

  // MARK: - What a forecast depends on

  @Test(arguments: [GNN.Variant.gat, .hist], [1, 3])
  func rowsAreForecastFromTheirWholeDate(variant: GNN.Variant, steps: Int) throws {
    let market = SectorMarket { ($0.dates, $0.missing) = (40, 0.1) }
    let model = try Self.fit(market.labelled(0..<30)) {
      ($0.variant, $0.steps, $0.epochs) = (variant, steps, 2)
    }
    let rows = try market.labelled(30..<40).samples
    let all = try model.predict(rows)
    for stride in [2, 5, 16, 37] {
      let chosen = Swift.stride(from: 1, to: rows.count, by: stride).map { $0 }
      let some = try model.predict(rows.selecting(chosen.map { rows.keys[$0] }))
      for (value, row) in zip(some, chosen) { #expect(abs(value - all[row]) < 1e-5) }
    }
  }

  /// An asset without a close is no neighbour: its features change nobody's forecast but its own.
  @Test(arguments: [GNN.Variant.gat, .hist]) func absentAssetsAreNotHeard(
    variant: GNN.Variant
  ) throws {
    func samples(_ closeOf3: Float, feature: Float) throws -> Samples {
      var values: [Float] = []
      var stream = SeedTree(root: 4).stream("values")
      for _ in 0..<6 * 2 { values.append(Float(stream.normal())) }
      values[3 * 2] = feature
      return Samples(
        keys: (0..<6).map { SampleKey(date: 0, asset: $0) },
        features: FeaturePanel(dates: 1, assets: 6, columns: ["x", "y"], values: values),
        transform: FeatureTransform(center: [0, 0], scale: [1, 1], clip: 10),
        universe: try Universe(
          ["A", "B", "C", "D", "E", "F"],
          attributes: ["sector": ["S", "S", "S", "S", "T", "T"]]),
        closes: [1, 1, 1, closeOf3, 1, 1])
    }
    let rows = LabelledSamples(
      samples: try samples(1, feature: 0.5), labels: [0, 1, 0.5, -1, 2, -0.5])
    let model = try Self.fit(rows) { ($0.variant, $0.epochs) = (variant, 20) }
    func forecasts(_ close: Float, _ feature: Float) throws -> [Float] {
      try model.predict(samples(close, feature: feature))
    }
    let (one, other) = (try forecasts(.nan, 0.5), try forecasts(.nan, -2))
    for asset in 0..<6 { #expect((one[asset] == other[asset]) == (asset != 3)) }
    #expect(try forecasts(1, 0.5)[0] != forecasts(1, -2)[0])
  }

  // MARK: - Hyperparameters

  @Test func sectorsThatAreNotThereAreSaidOrDoneWithout() throws {
    let nameless = try SectorMarket {
      ($0.dates, $0.namesSectors) = (40, false)
    }.labelled(0..<40)
    let model = try Self.fit(nameless) { $0.epochs = 1 }
    #expect(model.notes["sectors"] == 0 && model.notes["edges"] == 48)
    #expect(throws: GraphError.noAttribute("sector", known: [])) {
      try Self.fit(nameless) { $0.edges = [.sector] }
    }
    let hist = try Self.fit(nameless) { ($0.epochs, $0.variant) = (1, .hist) }
    #expect(hist.notes["concepts"] == 0 && hist.notes["epochs"] == 1)
    let named = try SectorMarket { $0.dates = 40 }.labelled(0..<40)
    #expect(try Self.fit(named) { $0.epochs = 1 }.notes["sectors"] == 4)
    #expect {
      try Self.fit(named) { $0.attribute = "sectr" }
    } throws: { error in
      (error as? GraphError) == .noAttribute("sectr", known: ["sector"])
        && "\(error)".contains("did you mean 'sector'?")
    }
    #expect {
      try Self.fit(named) { $0.datesPerBatch = 1_000_000 }
    } throws: { error in
      if case GraphError.tooManyNodes(16, 1_000_000, 4, _) = error { true } else { false }
    }
  }

  @Test func absurdLearningRateIsDivergence() throws {
    let rows = try SectorMarket { $0.dates = 10 }.labelled(0..<10)
    #expect {
      try Self.fit(rows) { $0.learningRate = 1e30 }
    } throws: { error in
      if case TrainingError.diverged = error { true } else { false }
    }
  }

  static let refused: [(json: String, key: String)] = [
    (#"{"steps": 0}"#, "steps"), (#"{"width": 0}"#, "width"),
    (#"{"recurrentLayers": 9}"#, "recurrentLayers"), (#"{"rounds": 0}"#, "rounds"),
    (#"{"heads": 5}"#, "heads"), (#"{"heads": 1}"#, "heads"), (#"{"edges": []}"#, "edges"),
    (#"{"edges": ["sector", "sector"]}"#, "edges"), (#"{"neighbours": 0}"#, "neighbours"),
    (#"{"attribute": ""}"#, "attribute"), (#"{"dropout": 1}"#, "dropout"),
    (#"{"epochs": 0}"#, "epochs"), (#"{"datesPerBatch": 0}"#, "datesPerBatch"),
    (#"{"learningRate": 0}"#, "learningRate"), (#"{"weightDecay": -1}"#, "weightDecay"),
    (#"{"gradientClip": -1}"#, "gradientClip"), (#"{"patience": 0}"#, "patience"),
  ]

  @Test(arguments: refused)
  func refusesWhatCannotBe(_ item: (json: String, key: String)) throws {
    let entry = try modelRegistry.require("gnn")
    #expect {
      try entry.resolve(Data(item.json.utf8))
    } throws: { error in
      guard case SpecError.invalid("gnn.\(item.key)", _, _) = error else { return false }
      return true
    }
  }
}
