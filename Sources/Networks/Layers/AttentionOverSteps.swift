import Market
import Torch

/// A learnt weighted mean over the steps of a window: [batch, steps, width] → [batch, width].
///
/// The weight of a step is softmax of u · tanh(W h + b), W halving the width: the temporal attention
/// of ALSTM (Qin et al., 2017; Feng et al., 2019), with dropout between W and tanh as in its public
/// implementations.
public struct AttentionOverSteps: Layer {
  private let projection: Linear
  private let score: Linear
  private let dropout: Dropout

  public init(
    _ width: Int, dropout: Double = 0, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    let inner = max(1, width / 2)
    projection = try Linear(width, inner, using: &stream, device: device, dtype: dtype)
    score = try Linear(inner, 1, bias: false, using: &stream, device: device, dtype: dtype)
    self.dropout = Dropout(dropout)
  }

  public var parameters: [NamedTensor] {
    projection.parameters.prefixed("projection") + score.parameters.prefixed("score")
  }

  /// The weights of the steps, [batch, steps]; they sum to 1.
  public func weights(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    let energy = try dropout(projection(input, pass), pass).tanh()
    return try score(energy, pass).squeezed(-1).softmax(-1)
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    try weights(input, pass).unsqueezed(1).matmul(input).squeezed(1)
  }
}
