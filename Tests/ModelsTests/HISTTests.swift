import Foundation
import Market
import Testing
import Torch

@testable import Models
@testable import Networks

@Suite struct HISTTests {
  /// Maps with normal weights, in double precision.
  static func maps(width: Int, using generator: Generator) throws -> [Tensor] {
    let square = [[width, width], [width]]
    let shapes = Array(repeating: square, count: 7).flatMap { $0 } + [[1, width], [1]]
    return try shapes.map { try generator.normal($0, dtype: .float64) * 0.7 }
  }

  static func forecaster(_ tensors: [Tensor], concepts: [Int?]) throws -> ConceptForecaster {
    func map(_ index: Int) -> Networks.Linear {
      Networks.Linear(weight: tensors[2 * index], bias: tensors[2 * index + 1])
    }
    func sharing(_ index: Int) -> ConceptForecaster.Sharing {
      .init(map: map(index), back: map(index + 1), fore: map(index + 2))
    }
    return try ConceptForecaster(
      .init(predefined: sharing(0), hidden: sharing(3), individual: map(6), head: map(7)),
      concepts: concepts)
  }

  /// Qlib's `HISTModel`, which is the authors', date by date with the assets that are there.
  @Test func equalsTheAuthorsCode() throws {
    let golden = try GraphGolden.load().hist
    func tensor(_ name: String) throws -> Tensor {
      try #require(golden.weights[name]).tensor()
    }
    let (dates, assets, width) = (golden.dates, golden.assets, golden.width)
    let recurrent = try (0..<2).flatMap { layer in
      try ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { try tensor("rnn.\($0)_l\(layer)") }
    }
    let windows = try Tensor(
      golden.windows, shape: [dates * assets, golden.steps, golden.columns])
    let start = try Tensor.zeros([2, dates * assets, width], dtype: .float64)
    let nodes = try windows.gru(hidden: start, parameters: recurrent, layers: 2).output
      .selected(1, golden.steps - 1).reshaped(dates, assets, width)
    let names = ["fc_es", "fc_es_back", "fc_es_fore", "fc_is", "fc_is_back", "fc_is_fore"]
    let tensors = try (names + ["fc_indi", "fc_out"]).flatMap {
      [try tensor("\($0).weight"), try tensor("\($0).bias")]
    }
    let forecaster = try Self.forecaster(
      tensors, concepts: golden.concepts.map { $0 < 0 ? nil : $0 })
    let observed = try Tensor(golden.observed.map { Float($0) }, shape: [dates, assets])
    let result = try forecaster(nodes, observed: observed, .evaluating).doubles()
    #expect(golden.outputs.contains { $0 == nil })
    let distances = zip(result, golden.outputs).compactMap { ours, theirs in
      theirs.map { abs(ours - $0) }
    }
    #expect(distances.count == 24 && distances.allSatisfy { $0 < 2e-6 })
  }

  /// By the nodes and by everything learnt, one asset unobserved and one without a concept.
  @Test func gradientsAgreeWithDifferences() throws {
    let generator = try Generator(seed: 5)
    let (dates, assets, width) = (2, 6, 3)
    let observed = try Tensor(
      [1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1] as [Float], shape: [dates, assets])
    func output(_ inputs: [Tensor]) throws -> Tensor {
      try Self.forecaster(Array(inputs.dropFirst()), concepts: [0, 1, 0, nil, 1, 2])(
        inputs[0], observed: observed, .evaluating)
    }
    let inputs =
      [try generator.normal([dates, assets, width], dtype: .float64)]
      + (try Self.maps(width: width, using: generator))
    for input in inputs { try input.requiringGrad() }
    let weights = try generator.normal([dates, assets], dtype: .float64)
    let slopes = try gradients(of: output(inputs), weights: weights, by: inputs)
    for (position, slope) in slopes.enumerated() {
      let values = try inputs[position].doubles()
      for (element, analytic) in try slope.doubles().enumerated() {
        func moved(_ step: Double) throws -> Double {
          var (changed, all) = (values, inputs)
          changed[element] += step
          all[position] = try Tensor(changed, shape: inputs[position].shape)
          return try withoutGrad { try (output(all) * weights).sum().item() }
        }
        let numeric = try (moved(1e-6) - moved(-1e-6)) / 2e-6
        #expect(abs(analytic - numeric) < 1e-6 * max(1, abs(numeric)), "\(position), \(element)")
      }
    }
  }

  @Test func permutingTheStocksPermutesTheForecasts() throws {
    let generator = try Generator(seed: 6)
    let tensors = try Self.maps(width: 4, using: generator)
    let nodes = try generator.normal([2, 6, 4], dtype: .float64)
    let flags: [Float] = [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    let observed = try Tensor(flags, shape: [2, 6])
    let concepts = [0, 1, 0, nil, 1, 2]
    let order = [4, 2, 0, 5, 1, 3]
    let place = try Tensor(indices: order)
    let moved = try Self.forecaster(tensors, concepts: order.map { concepts[$0] })(
      nodes.indexSelected(1, place), observed: observed.indexSelected(1, place), .evaluating)
    let expected = try Self.forecaster(tensors, concepts: concepts)(
      nodes, observed: observed, .evaluating
    ).indexSelected(1, place)
    #expect(try (moved - expected).abs().max().item() < 1e-12)
  }

  /// Equal stocks, dead ones and dates on which nobody is there give finite forecasts and slopes.
  @Test func degenerateDatesStayFinite() throws {
    let generator = try Generator(seed: 7)
    let forecaster = try Self.forecaster(
      Self.maps(width: 3, using: generator), concepts: [0, 0, 1, nil])
    for nodes in [
      try Tensor.zeros([1, 4, 3], dtype: .float64), try Tensor.ones([1, 4, 3], dtype: .float64),
      try generator.normal([1, 4, 3], dtype: .float64),
    ] {
      for flag in [Float(0), 1] {
        try nodes.requiringGrad()
        let observed = try Tensor(Array(repeating: flag, count: 4), shape: [1, 4])
        let output = try forecaster(nodes, observed: observed, .evaluating)
        #expect(try output.doubles().allSatisfy { $0.isFinite })
        let slope = try gradients(of: output.sum(), by: [nodes])[0]
        #expect(try slope.doubles().allSatisfy { $0.isFinite })
      }
    }
  }
}
