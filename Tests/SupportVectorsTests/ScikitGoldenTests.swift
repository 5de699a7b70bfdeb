import Foundation
import SupportVectors
import Testing

/// What scikit-learn gave on the same rows (`benchmarks/peers/sklearn_svr.py`).
struct ScikitGolden: Decodable {
  struct Linear: Decodable {
    let solver: LinearSupportVectorRegression.Solver
    let cost: Double
    let epsilon: Double
    let bias: Double?
    let weights: [Double]
    let intercept: Double
    let predictions: [Float]
  }
  struct Kernel: Decodable {
    let gamma: Double?
    let cost: Double
    let epsilon: Double
    let supportVectors: Int
    let predictions: [Float]
  }

  let columns: Int
  let train: Int
  let values: [Float]
  let labels: [Float]
  let linear: [Linear]
  let kernel: [Kernel]

  var training: [Float] { Array(values.prefix(train * columns)) }
  var trainingLabels: [Float] { Array(labels.prefix(train)) }
  var rest: [Float] { Array(values.dropFirst(train * columns)) }

  static func load() throws -> ScikitGolden {
    let url = try #require(
      Bundle.module.url(forResource: "svr", withExtension: "json", subdirectory: "Goldens"))
    return try JSONDecoder().decode(ScikitGolden.self, from: Data(contentsOf: url))
  }
}

func furthest(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).map { abs($0 - $1) }.max() ?? 0
}

extension SupportVectorsTests {
  @Test(arguments: 0..<6) func linearEqualsScikit(index: Int) throws {
    let golden = try ScikitGolden.load()
    let expected = golden.linear[index]
    let model = try LinearSupportVectorRegression(
      golden.training, columns: golden.columns, labels: golden.trainingLabels,
      settings: .init(
        solver: expected.solver, cost: expected.cost, epsilon: expected.epsilon, tolerance: 1e-9,
        bias: expected.bias))
    #expect(model.converged)
    #expect(furthest(model.weights.map(Float.init), expected.weights.map(Float.init)) < 1e-4)
    #expect(abs(model.intercept - expected.intercept) < 1e-4)
    #expect(try furthest(model.predict(golden.rest), expected.predictions) < 1e-4)
  }

  @Test(arguments: 0..<4) func kernelEqualsScikit(index: Int) throws {
    let golden = try ScikitGolden.load()
    let expected = golden.kernel[index]
    let model = try KernelSupportVectorRegression(
      golden.training, columns: golden.columns, labels: golden.trainingLabels,
      settings: .init(
        kernel: expected.gamma.map { .radial(gamma: $0) } ?? .linear, cost: expected.cost,
        epsilon: expected.epsilon, tolerance: 1e-6))
    #expect(model.supportVectors == expected.supportVectors)
    #expect(try furthest(model.predict(golden.rest), expected.predictions) < 1e-4)
  }
}
