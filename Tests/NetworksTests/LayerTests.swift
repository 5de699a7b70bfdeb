import Market
import Testing
import Torch

@testable import Networks

@Suite struct LayerTests {
  @Test func linearStartsUniformOnItsBound() throws {
    var stream = SeedTree(root: 1).stream("weights")
    let layer = try Linear(100, 50, using: &stream)
    let weights = try layer.weight.floats()
    #expect(layer.weight.shape == [50, 100] && layer.bias?.shape == [50])
    #expect(weights.allSatisfy { abs($0) <= 0.1 } && weights.contains { abs($0) > 0.09 })
    // Uniform on ±0.1 has variance 0.01 / 3.
    let square = weights.reduce(0.0) { $0 + Double($1 * $1) } / 5000
    #expect(abs(square - 0.01 / 3) < 2e-4)
  }

  @Test func bitsDependOnTheStreamOnly() throws {
    func weights(_ root: UInt64) throws -> StateDictionary {
      var stream = SeedTree(root: root).stream("weights")
      return try MLP(.init(inputs: 3, hidden: [4]), using: &stream).state()
    }
    #expect(try weights(5) == weights(5))
    #expect(try weights(5) != weights(6))
  }

  @Test func mlpComputesWhatItsLayersSay() throws {
    var stream = SeedTree(root: 2).stream("weights")
    let mlp = try MLP(.init(inputs: 2, hidden: [2], activation: .relu), using: &stream)
    try mlp.load(
      StateDictionary([
        "hidden.0.linear.weight": .init(shape: [2, 2], values: [1, 2, -1, 1]),
        "hidden.0.linear.bias": .init(shape: [2], values: [0.5, 0]),
        "head.weight": .init(shape: [1, 2], values: [2, -3]),
        "head.bias": .init(shape: [1], values: [0.25]),
      ]))
    // (1, 1) → relu(3.5, 0) → 7.25; (−2, 1) → relu(0.5, 3) → −7.75.
    let x = try Tensor([1, 1, -2, 1] as [Float], shape: [2, 2])
    #expect(try mlp(x, .evaluating).floats() == [7.25, -7.75])
    #expect(mlp.parameterCount == 9)
  }

  @Test(arguments: Normalization.allCases, Activation.allCases)
  func everyParameterHasAGradient(normalization: Normalization, activation: Activation) throws {
    var stream = SeedTree(root: 3).stream("weights")
    let mlp = try MLP(
      .init(
        inputs: 3, hidden: [5, 4], normalization: normalization, activation: activation,
        dropout: 0.2), using: &stream)
    let generator = try Generator(seed: 1)
    let x = try generator.normal([16, 3])
    try mlp(x, .training(generator)).square().mean().backward()
    for item in mlp.parameters {
      let gradient = try #require(try item.tensor.grad(), "\(item.name)")
      #expect(try gradient.abs().sum().item() > 0, "\(item.name)")
    }
    #expect(Set(mlp.parameters.map(\.name)).count == mlp.parameters.count)
  }

  /// Slopes of the loss by each weight, in single precision, against central differences.
  @Test(arguments: Normalization.allCases)
  func gradientsAgreeWithDifferences(_ normalization: Normalization) throws {
    var stream = SeedTree(root: 4).stream("weights")
    let mlp = try MLP(
      .init(inputs: 3, hidden: [4], normalization: normalization, activation: .tanh),
      using: &stream)
    let generator = try Generator(seed: 1)
    let x = try generator.normal([32, 3])
    func loss() throws -> Tensor { try mlp(x, .training(generator)).square().mean() }
    try loss().backward()
    for item in mlp.parameters {
      let values = try item.tensor.floats()
      let gradient = try #require(try item.tensor.grad()).floats()
      for index in values.indices {
        func moved(_ step: Float) throws -> Double {
          var changed = values
          changed[index] += step
          try item.tensor.assign(Tensor(changed, shape: item.tensor.shape))
          return try withoutGrad { try loss().item() }
        }
        let numeric = try (moved(0.01) - moved(-0.01)) / 0.02
        #expect(abs(Double(gradient[index]) - numeric) < 1e-3, "\(item.name) \(index)")
      }
      try item.tensor.assign(Tensor(values, shape: item.tensor.shape))
    }
  }

  @Test func evaluationLooksAtOneRowOnlyAndDropsNothing() throws {
    var stream = SeedTree(root: 5).stream("weights")
    let mlp = try MLP(
      .init(inputs: 3, hidden: [8], normalization: .batch, dropout: 0.5), using: &stream)
    let generator = try Generator(seed: 1)
    for _ in 0..<3 { _ = try mlp(generator.normal([64, 3]), .training(generator)) }
    let x = try generator.normal([5, 3])
    let whole = try mlp(x, .evaluating).floats()
    for row in 0..<5 {
      let alone = try mlp(x.narrowed(0, from: row, length: 1), .evaluating).floats()
      #expect(abs(alone[0] - whole[row]) < 1e-6)
    }
    #expect(try mlp(x, .evaluating).floats() == whole)
    #expect(try mlp(x, .training(generator)).floats() != whole)
  }

  @Test func statesTravelBitForBit() throws {
    func make(_ root: UInt64, width: Int = 4) throws -> MLP {
      var stream = SeedTree(root: root).stream("weights")
      return try MLP(
        .init(inputs: 3, hidden: [width], normalization: .batch), using: &stream)
    }
    let (first, second) = (try make(1), try make(2))
    let generator = try Generator(seed: 1)
    _ = try first(generator.normal([64, 3]), .training(generator))
    var state = try first.state()
    #expect(state.entries["hidden.0.norm.running_mean"]?.values.contains { $0 != 0 } == true)
    try second.load(state)
    #expect(try second.state() == state)
    #expect(second.parameters.allSatisfy { $0.tensor.requiresGrad })

    #expect(throws: StateError.shape("hidden.0.linear.weight", expected: [5, 3], got: [4, 3])) {
      try make(3, width: 5).load(state)
    }
    state.entries["hiden"] = .init(shape: [], values: [1])
    #expect(throws: StateError.self) { try second.load(state) }
    state.entries["hiden"] = nil
    state.entries["head.bias"] = nil
    #expect(throws: StateError.missing("head.bias")) { try second.load(state) }
  }
}
