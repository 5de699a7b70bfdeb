import Market
import Testing
import Torch

@testable import Networks

@Suite struct GraphAttentionTests {
  /// Which of `nodes` nodes do not listen to which; everyone listens to itself.
  static func absent(_ nodes: Int, except edges: [(Int, Int)]) throws -> Tensor {
    var values = [Float](repeating: 1, count: nodes * nodes)
    for (listener, heard) in edges + (0..<nodes).map({ ($0, $0) }) {
      values[listener * nodes + heard] = 0
    }
    return try Tensor(values, shape: [1, 1, nodes, nodes]).greater(0.5)
  }

  static let edges = [(0, 1), (0, 2), (1, 0), (2, 3), (3, 1), (3, 2), (3, 4)]

  /// Without attention vectors every neighbour counts the same: the mean over them and oneself.
  @Test func withoutAttentionTheMeanOfTheNeighbours() throws {
    let layer = GraphAttention(
      weight: try Tensor([1, 0, 0, 1] as [Float], shape: [2, 2]),
      target: try Tensor.zeros([2, 1]), source: try Tensor.zeros([2, 1]),
      bias: try Tensor([0, 10] as [Float], shape: [2]))
    let nodes = try Tensor([3, 1, 6, 2, 9, 6] as [Float], shape: [1, 3, 2])
    let result = try layer(nodes, absent: Self.absent(3, except: [(0, 1), (0, 2), (2, 1)]))
    #expect(try result.floats() == [6, 13, 6, 12, 7.5, 14])
  }

  /// One head of width 1 with W = 1, a = 0, b = 1: weights are softmax(LeakyReLU(hⱼ)).
  @Test func weightsByHand() throws {
    let layer = GraphAttention(
      weight: try Tensor([1.0], shape: [1, 1]), target: try Tensor([0.0], shape: [1, 1]),
      source: try Tensor([1.0], shape: [1, 1]), bias: try Tensor([0.0], shape: [1]))
    let nodes = try Tensor([1.0, -2], shape: [1, 2, 1])
    let values = try layer(nodes, absent: Self.absent(2, except: [(0, 1)])).doubles()
    // e¹ / (e¹ + e^−0.4) = 0.8021838885585818 of 1, the rest of −2.
    #expect(abs(values[0] - (0.8021838885585818 - 2 * 0.1978161114414182)) < 1e-12)
    #expect(abs(values[1] + 2) < 1e-12)
  }

  /// Central differences in double precision, by the nodes and by everything learnt.
  @Test func gradientsAgreeWithDifferences() throws {
    let generator = try Generator(seed: 3)
    let shapes = [[2, 5, 3], [4, 3], [2, 2], [2, 2], [4]]
    let absent = try Self.absent(5, except: Self.edges)
    func output(_ inputs: [Tensor]) throws -> Tensor {
      try GraphAttention(
        weight: inputs[1], target: inputs[2], source: inputs[3], bias: inputs[4])(
          inputs[0], absent: absent)
    }
    let inputs = try shapes.map { try generator.normal($0, dtype: .float64) }
    try agreesWithDifferences(inputs, using: generator, output)
  }

  @Test func permutingTheNodesPermutesTheResult() throws {
    var stream = SeedTree(root: 1).stream("weights")
    let layer = try GraphAttention(3, heads: 2, width: 4, using: &stream)
    let nodes = try Generator(seed: 1).normal([2, 5, 3])
    let order = [3, 0, 4, 2, 1]
    let place = try Tensor(indices: order)
    let absent = try Self.absent(5, except: Self.edges)
    let moved = try layer(
      nodes.indexSelected(1, place),
      absent: absent.to(.float32).indexSelected(2, place).indexSelected(3, place).greater(0.5))
    let expected = try layer(nodes, absent: absent).indexSelected(1, place)
    #expect(try (moved - expected).abs().max().item() < 1e-6)
  }

  @Test func nodesHearTheirNeighboursAndNobodyElse() throws {
    var stream = SeedTree(root: 2).stream("weights")
    let layer = try GraphAttention(3, heads: 2, width: 4, using: &stream)
    let absent = try Self.absent(5, except: Self.edges)
    let nodes = try Generator(seed: 2).normal([1, 5, 3])
    let before = try layer(nodes, absent: absent).floats()
    for changed in 0..<5 {
      var values = try nodes.floats()
      values[changed * 3] += 1
      let after = try layer(Tensor(values, shape: [1, 5, 3]), absent: absent).floats()
      for node in 0..<5 {
        let hears =
          node == changed || Self.edges.contains { $0.0 == node && $0.1 == changed }
        #expect((before[node * 8..<node * 8 + 8] != after[node * 8..<node * 8 + 8]) == hears)
      }
    }
  }

  /// Σ w · f against central differences, for each element of each input.
  private func agreesWithDifferences(
    _ inputs: [Tensor], using generator: Generator, _ function: ([Tensor]) throws -> Tensor
  ) throws {
    for input in inputs { try input.requiringGrad() }
    let output = try function(inputs)
    let weights = try generator.normal(output.shape, dtype: .float64)
    let slopes = try gradients(of: output, weights: weights, by: inputs)
    for (position, slope) in slopes.enumerated() {
      let values = try inputs[position].doubles()
      for (element, analytic) in try slope.doubles().enumerated() {
        func moved(_ step: Double) throws -> Double {
          var (changed, all) = (values, inputs)
          changed[element] += step
          all[position] = try Tensor(changed, shape: inputs[position].shape)
          return try withoutGrad { try (function(all) * weights).sum().item() }
        }
        let numeric = try (moved(1e-5) - moved(-1e-5)) / 2e-5
        #expect(abs(analytic - numeric) < 1e-7 * max(1, abs(numeric)), "\(position), \(element)")
      }
    }
  }
}
