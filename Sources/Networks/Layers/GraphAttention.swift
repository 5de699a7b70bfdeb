import Market
import Torch

/// Attention of every node over its neighbours, for graphs with the same nodes, densely.
///
/// Veličković et al. (2018), *Graph Attention Networks*, equations 1 to 5: with *h′ = W h* for each
/// head, node *i* takes Σⱼ αᵢⱼ h′ⱼ over its sources *j*, where αᵢⱼ is the softmax over *j* of
/// LeakyReLU(aᵀ h′ᵢ + bᵀ h′ⱼ), and the heads are joined.
///
/// Which node listens to which is the caller's affair, and may differ between heads.
public struct GraphAttention: Parameterized {
  public let heads: Int
  /// Elements of a head.
  public let width: Int
  /// [heads · width, inputs].
  let weight: Tensor
  /// [heads, width]: how much a node's own features say about what it listens to.
  let target: Tensor
  /// [heads, width]: how much a node's features say about who listens to it.
  let source: Tensor
  /// [heads · width].
  let bias: Tensor

  /// Weights uniform on ±√(6 / (inputs + outputs)), after Glorot and Bengio, as in the paper.
  public init(
    _ inputs: Int, heads: Int, width: Int, using stream: inout SeedStream, device: Device = .cpu
  ) throws {
    func uniform(_ shape: [Int], _ inputs: Int, _ outputs: Int) throws -> Tensor {
      let bound = (6 / Double(inputs + outputs)).squareRoot()
      let values = (0..<shape.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: shape, device: device).requiringGrad()
    }
    self.init(
      weight: try uniform([heads * width, inputs], inputs, heads * width),
      target: try uniform([heads, width], width, 1),
      source: try uniform([heads, width], width, 1),
      bias: try Tensor.zeros([heads * width], device: device).requiringGrad())
  }

  /// Takes tensors as they are, of whatever type.
  init(weight: Tensor, target: Tensor, source: Tensor, bias: Tensor) {
    (heads, width) = (target.shape[0], target.shape[1])
    (self.weight, self.target, self.source, self.bias) = (weight, target, source, bias)
  }

  public var parameters: [NamedTensor] {
    [
      NamedTensor("weight", weight), NamedTensor("target", target),
      NamedTensor("source", source), NamedTensor("bias", bias),
    ]
  }

  /// [graphs, nodes, inputs] → [graphs, nodes, heads · width].
  ///
  /// - Parameters:
  ///   - nodes: [graphs, nodes, inputs].
  ///   - absent: `bool`, [graphs or 1, heads or 1, nodes, nodes]: where row *i* does not listen to
  ///     column *j*. Every row must listen to one at least, such as itself.
  /// - Returns: A row for each node.
  /// - Throws: `TorchError` where shapes disagree.
  /// - Complexity: O(graphs · heads · nodes² · width), and memory for graphs · heads · nodes² values.
  public func callAsFunction(_ nodes: Tensor, absent: Tensor) throws -> Tensor {
    let (graphs, count) = (nodes.shape[0], nodes.shape[1])
    // [graphs, heads, nodes, width].
    let values = try nodes.linear(weight).reshaped(graphs, count, heads, width)
      .permuted(0, 2, 1, 3).contiguous()
    func scores(_ vector: Tensor) throws -> Tensor {
      try values.matmul(vector.unsqueezed(-1))
    }
    let logits = try (scores(target) + scores(source).transposed()).leakyReLU(slope: 0.2)
    let weights = try logits.filled(absent, with: -1e9).softmax(-1)
    let joined = try weights.matmul(values).permuted(0, 2, 1, 3)
    return try joined.reshaped(graphs, count, heads * width) + bias
  }
}
