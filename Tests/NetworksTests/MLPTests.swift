import Market
import Testing
import Torch

@testable import Networks

@Suite struct MLPTests {
  /// Linear map, norm and rectifier in one are the three after one another, in training and after it.
  @Test(arguments: [Activation.relu, .leakyRelu], Normalization.allCases)
  func blocksAreTheirParts(_ activation: Activation, _ normalization: Normalization) throws {
    func network() throws -> MLP {
      var stream = SeedTree(root: 3).stream("weights")
      return try MLP(
        .init(
          inputs: 5, hidden: [9, 6], normalization: normalization, activation: activation,
          dropout: 0.2),
        using: &stream)
    }
    let x = try Generator(seed: 1).normal([40, 5])
    func composed(_ network: MLP, _ pass: Pass) throws -> Tensor {
      var values = x
      for block in network.blocks {
        let sums = try block.linear.onRows(values)
        values = try activation(block.normalization?(sums, pass) ?? sums, pass)
        values = try Dropout(0.2)(values, pass)
      }
      return try network.head.onRows(values)
    }
    let (whole, parts) = (try network(), try network())
    for _ in 0..<2 {
      let found = try whole(x, .training(Generator(seed: 2)))
      let expected = try composed(parts, .training(Generator(seed: 2)))
      try FusedLayerTests.expectAgreement(
        .init(found, by: whole.parameters.map(\.tensor)),
        .init(expected, by: parts.parameters.map(\.tensor)))
    }
    for (found, expected) in zip(whole.statistics, parts.statistics) {
      #expect(try found.tensor.floats() == expected.tensor.floats())
    }
    #expect(try whole(x, .evaluating).floats() == composed(parts, .evaluating).floats())
  }
}
