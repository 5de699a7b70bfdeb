import Foundation
import SupportVectors
import Testing

@Suite struct SupportVectorsTests {
  /// 60 rows of 2 columns on a plane: 0.5 x₀ − 0.25 x₁ + 1.
  static func plane() -> (values: [Float], labels: [Float]) {
    var values: [Float] = []
    var labels: [Float] = []
    for row in 0..<60 {
      let x = [Float(row * 7 % 13) / 6 - 1, Float(row * 5 % 11) / 5 - 1]
      values += x
      labels.append(0.5 * x[0] - 0.25 * x[1] + 1)
    }
    return (values, labels)
  }

  static func kernel(_ settings: KernelSupportVectorRegression.Settings) throws
    -> KernelSupportVectorRegression
  {
    let (values, labels) = plane()
    return try KernelSupportVectorRegression(
      values, columns: 2, labels: labels, settings: settings)
  }

  static func failure(of body: () throws -> Void) -> SupportVectorError? {
    do {
      try body()
      return nil
    } catch { return error as? SupportVectorError }
  }

  @Test(arguments: LinearSupportVectorRegression.Solver.allCases)
  func aPlaneIsFound(solver: LinearSupportVectorRegression.Solver) throws {
    let (values, labels) = Self.plane()
    let model = try LinearSupportVectorRegression(
      values, columns: 2, labels: labels,
      settings: .init(solver: solver, cost: 1000, epsilon: 0, tolerance: 1e-8))
    #expect(abs(model.weights[0] - 0.5) < 1e-3)
    #expect(abs(model.weights[1] + 0.25) < 1e-3)
    #expect(abs(model.intercept - 1) < 1e-3)
  }

  @Test(arguments: LinearSupportVectorRegression.Solver.allCases)
  func sameSeedSameBits(solver: LinearSupportVectorRegression.Solver) throws {
    let golden = try ScikitGolden.load()
    func fit(seed: UInt32) throws -> LinearSupportVectorRegression {
      try LinearSupportVectorRegression(
        golden.training, columns: golden.columns, labels: golden.trainingLabels,
        settings: .init(solver: solver, tolerance: 0.1), seed: seed)
    }
    let first = try fit(seed: 1)
    let other = try fit(seed: 2)
    #expect(try fit(seed: 1) == first)
    #expect((other == first) == (solver == .squaredLossPrimal))
  }

  @Test func anUnmetToleranceIsTold() throws {
    let golden = try ScikitGolden.load()
    let model = try LinearSupportVectorRegression(
      golden.training, columns: golden.columns, labels: golden.trainingLabels,
      settings: .init(solver: .absoluteLossDual, cost: 1e6, epsilon: 0, tolerance: 1e-15))
    #expect(!model.converged)
    #expect(model.weights.allSatisfy { $0.isFinite })
  }

  @Test func withoutBiasTheOriginMapsToZero() throws {
    let (values, labels) = Self.plane()
    let model = try LinearSupportVectorRegression(
      values, columns: 2, labels: labels, settings: .init(bias: nil))
    #expect(model.intercept == 0)
    #expect(try model.predict([0, 0]) == [0])
  }

  @Test func aWideTubeNeedsNoSupportVectors() throws {
    let model = try Self.kernel(.init(kernel: .radial(gamma: 1), epsilon: 10))
    #expect(model.supportVectors == 0)
    #expect(Set(try model.predict([0, 0, 1, -1])).count == 1)
  }

  @Test func oneRowIsPredictedAsAmongOthers() throws {
    let (values, labels) = Self.plane()
    let model = try Self.kernel(.init(kernel: .radial(gamma: 0.5), epsilon: 0.01))
    let all = try model.predict(values)
    #expect(try model.predict(Array(values[8..<10])) == [all[4]])
    #expect(furthest(all, labels) < 0.1)
    #expect(try model.predict([]).isEmpty)
  }

  @Test func versionsAreNamed() {
    #expect(LinearSupportVectorRegression.libraryVersion >= 200)
    #expect(KernelSupportVectorRegression.libraryVersion >= 300)
  }
}
