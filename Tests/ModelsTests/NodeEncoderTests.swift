import Market
import Networks
import Testing
import Torch

@testable import Models

@Suite struct NodeEncoderTests {
  /// Nodes of several steps are the last state of libtorch's own recurrent unit.
  @Test(arguments: [1, 2]) func readsTheLastStateOfTheUnit(layers: Int) throws {
    var stream = SeedTree(root: 3).stream("weights")
    let encoder = try NodeEncoder(
      columns: 3, width: 8, steps: 5, layers: layers, using: &stream, device: .cpu)
    let leaves = encoder.parameters.map(\.tensor)
    let features = try Generator(seed: 1).normal([2, 5, 4, 3])
    let nodes = try encoder(features, .evaluating)

    let exact = try leaves.map { try $0.detached().to(.float64).requiringGrad() }
    let windows = try features.to(.float64).permuted(0, 2, 1, 3).reshaped(8, 5, 3)
    let expected = try windows.gru(
      hidden: Tensor.zeros([layers, 8, 8], dtype: .float64), parameters: exact, layers: layers
    ).output.selected(1, 4).reshaped(2, 4, 8)

    func agrees(_ found: Tensor, _ expected: Tensor) throws -> Bool {
      let largest = try expected.abs().max().item()
      return try (found.to(.float64) - expected).abs().max().item() < 1e-5 * largest
    }
    #expect(nodes.shape == [2, 4, 8])
    #expect(try agrees(nodes, expected))
    let slopes = try gradients(of: (nodes * 3 + 1).sin().sum(), by: leaves)
    let expectedSlopes = try gradients(of: (expected * 3 + 1).sin().sum(), by: exact)
    for (slope, expected) in zip(slopes, expectedSlopes) { #expect(try agrees(slope, expected)) }
  }
}
