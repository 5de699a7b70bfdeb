import Market
import Torch

/// A multilayer perceptron: linear → normalisation → activation → dropout, repeated, then linear.
///
/// [rows, inputs] → [rows, outputs].
public struct MLP: Layer {
  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var inputs: Int
    public var hidden: [Int]
    public var outputs: Int
    public var normalization: Normalization
    public var activation: Activation
    public var dropout: Double

    public init(
      inputs: Int, hidden: [Int], outputs: Int = 1, normalization: Normalization = .none,
      activation: Activation = .relu, dropout: Double = 0
    ) {
      (self.inputs, self.hidden, self.outputs) = (inputs, hidden, outputs)
      (self.normalization, self.activation) = (normalization, activation)
      self.dropout = dropout
    }
  }

  struct Block {
    let linear: Linear
    let normalization: (any Layer)?
  }

  public let shape: Shape
  let blocks: [Block]
  let head: Linear
  private let dropout: Dropout

  public init(_ shape: Shape, using stream: inout SeedStream, device: Device = .cpu) throws {
    var (blocks, width) = ([Block](), shape.inputs)
    for next in shape.hidden {
      // Batch normalisation takes the mean away, and a bias with it.
      let biased = shape.normalization != .batch
      blocks.append(
        Block(
          linear: try Linear(width, next, bias: biased, using: &stream, device: device),
          normalization: try shape.normalization.layer(next, device: device)))
      width = next
    }
    self.shape = shape
    self.blocks = blocks
    head = try Linear(width, shape.outputs, using: &stream, device: device)
    dropout = Dropout(shape.dropout)
  }

  public var parameters: [NamedTensor] { named(\.parameters) }
  public var statistics: [NamedTensor] { named(\.statistics) }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    var values = input
    for block in blocks { values = try dropout(activated(block, values, pass), pass) }
    return try head.onRows(values)
  }

  /// A rectifier is left to the kernel of what stands before it, where there is one.
  private func activated(_ block: Block, _ values: Tensor, _ pass: Pass) throws -> Tensor {
    let rectified = shape.activation == .relu
    guard let normalization = block.normalization else {
      let sums = try block.linear.onRows(values, rectified: rectified)
      return rectified ? sums : try shape.activation(sums, pass)
    }
    let sums = try block.linear.onRows(values)
    if rectified, let normalization = normalization as? BatchNorm1d {
      return try normalization(sums, rectified: true, pass)
    }
    return try shape.activation(normalization(sums, pass), pass)
  }

  private func named(_ part: (any Parameterized) -> [NamedTensor]) -> [NamedTensor] {
    blocks.enumerated().flatMap { index, block in
      part(block.linear).prefixed("hidden.\(index).linear")
        + (block.normalization.map { part($0).prefixed("hidden.\(index).norm") } ?? [])
    } + part(head).prefixed("head")
  }
}
