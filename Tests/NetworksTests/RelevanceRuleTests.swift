import Testing
import Torch

@testable import Networks

/// Every rule on two units, worked by hand.
@Suite struct RelevanceRuleTests {
  static func row(_ values: Double...) throws -> Tensor {
    try Tensor(values, shape: [1, values.count])
  }

  /// z = (1.5, −0.5), so that R / (z ± ε) = (1.5, −1).
  @Test(arguments: [(1.0, [2.75, 1.25]), (0.0, [2.375, 0.875])])
  func aLinearMapSharesWhatItHas(biasShare: Double, expected: [Double]) throws {
    let map = Linear(
      weight: try Tensor([0.5, 0.25, -1, 0.25], shape: [2, 2]),
      bias: try Tensor([0.5, 0], shape: [2]))
    let inputs = try Self.row(1, 2)
    let outputs = try map(inputs, .evaluating)
    #expect(isClose(try outputs.doubles(), [1.5, -0.5]))
    let taken = try map.relevance(
      of: inputs, outputs: outputs, Self.row(3, 1),
      EpsilonRule(epsilon: 0.5, biasShare: biasShare))
    #expect(isClose(try taken.doubles(), expected))
  }

  /// The sign of an output of 0 counts as positive: nothing is divided by 0.
  @Test func anOutputOfZeroIsStabilised() throws {
    let map = Linear(weight: try Tensor([1.0, 1], shape: [1, 2]), bias: nil)
    let taken = try map.relevance(
      of: Self.row(1, -1), outputs: Self.row(0), Self.row(2), EpsilonRule(epsilon: 0.5))
    #expect(isClose(try taken.doubles(), [5, -3]))
  }

  @Test func aSumIsSplitByItsTerms() throws {
    let parts = try EpsilonRule(epsilon: 0.5).split(
      Self.row(2), over: [Self.row(0.75), Self.row(-0.25)], sum: Self.row(0.5))
    #expect(try parts.map { try $0.item() } == [2, 0])
  }

  /// 0.5 · (0.5 + 0.5) + 0.25 = 0.75: the gate of 0.5 scales what weights bring and takes nothing.
  @Test func theSignalTakesAllOfWhatAGateLetsThrough() throws {
    let shares = try EpsilonRule(epsilon: 0.25).shares(
      of: Self.row(2), outputs: Self.row(0.75), bias: Self.row(0.25), inputs: 2)
    let taken = try shares.taken(
      by: Self.row(1, 2), through: Tensor([0.5, 0.25], shape: [1, 2]), gate: Self.row(0.5))
    #expect(isClose(try taken.doubles(), [1, 1]))
  }

  static func weights(_ input: [Double], _ state: [Double]) throws -> RecurrentWeights {
    RecurrentWeights(
      input: try Tensor(input, shape: [input.count, 1]),
      state: try Tensor(state, shape: [input.count, 1]),
      inputBias: try Tensor.zeros([input.count], dtype: .float64),
      stateBias: try Tensor.zeros([input.count], dtype: .float64))
  }

  /// Gates of ½ and inputs of 1: the second cell is ½ · (½ tanh 1) + ½ tanh 1, one part and two.
  @Test func aCellIsASumAndItsGatesTakeNothing() throws {
    let trace = try LSTMTrace(
      [Self.row(1), Self.row(1)], Self.weights([0, 0, 1, 0], [0, 0, 0, 0]))
    let taken = try trace.relevance(
      ofStates: [nil, Self.row(3)], EpsilonRule(epsilon: 1e-12))
    #expect(isClose(try taken.map { try #require($0).item() }, [1, 2], 1e-9))
  }

  /// With r = z = ½, t = tanh 1, U = 2 of the new gate: n₂ = tanh(1 + t/2), h₂ = n₂/2 + t/4.
  @Test func aGatedUnitIsASumAndItsGatesTakeNothing() throws {
    let trace = try GRUTrace([Self.row(1), Self.row(1)], Self.weights([0, 0, 1], [0, 0, 2]))
    let t = 0.761594155955765
    let new = try Tensor([1 + t / 2], shape: [1]).tanh().item()
    let state = new / 2 + t / 4
    #expect(abs(try trace.states[1].item() - state) < 1e-12)
    let taken = try trace.relevance(
      ofStates: [nil, Self.row(state)], EpsilonRule(epsilon: 1e-12))
    let second = new / 2 / (1 + t / 2)
    #expect(
      isClose(try taken.map { try #require($0).item() }, [state - second, second], 1e-9))
  }

  static func perceptron(_ normalization: Normalization) throws -> MLP {
    var stream = RecurrentTests.stream()
    let body = try MLP(
      .init(inputs: 2, hidden: [2], normalization: normalization), using: &stream)
    try body.blocks[0].linear.weight.assign(Tensor([1.0, 0, 0, 1] as [Float], shape: [2, 2]))
    if let bias = body.blocks[0].linear.bias { try bias.fill(0) }
    try body.head.bias?.fill(0)
    return body
  }

  static func floats(_ tensor: Tensor) throws -> [Double] { try tensor.to(.float64).doubles() }

  /// The first unit is (x₁ − 1) / 2 · 2 = 2, whose bias of −1 both inputs share; the second is x₂.
  @Test(arguments: [(1.0, [2.5, 0.5]), (0.0, [3.0, 1.0])])
  func batchNormalisationIsPartOfTheLinearMap(biasShare: Double, expected: [Double]) throws {
    let body = try Self.perceptron(.batch)
    let norm = try #require(body.blocks[0].normalization as? BatchNorm1d)
    try norm.runningMean.assign(Tensor([1, 0] as [Float], shape: [2]))
    try norm.runningVariance.assign(Tensor([4, 1] as [Float], shape: [2]))
    try norm.weight.assign(Tensor([2, 1] as [Float], shape: [2]))
    try body.head.weight.fill(1)
    let taken = try body.relevance(
      of: Tensor([3, 1] as [Float], shape: [1, 2]),
      EpsilonRule(epsilon: 1e-9, biasShare: biasShare))
    #expect(isClose(try Self.floats(taken), expected, 1e-4))
  }

  /// (3, 1) has mean 2 and deviation 1: the first unit is (x₁ − x₂) / 2 over that deviation.
  @Test func theDeviationOfARowIsAGate() throws {
    let body = try Self.perceptron(.layer)
    try body.head.weight.assign(Tensor([2, 0] as [Float], shape: [1, 2]))
    let taken = try body.relevance(
      of: Tensor([3, 1] as [Float], shape: [1, 2]), EpsilonRule(epsilon: 1e-9))
    #expect(isClose(try Self.floats(taken), [3, -1], 1e-4))
  }
}
