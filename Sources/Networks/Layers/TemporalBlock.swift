import Market
import Torch

/// Dilated causal convolutions, two unless told otherwise, each followed by a PReLU.
///
/// [batch, inputs, length] → [batch, channels, …]. Bai, Kolter and Koltun (2018), *An Empirical
/// Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling*, in the form of
/// Wiese et al. (2020), *Quant GANs*, appendix B: without residual, normalisation and dropout.
public struct TemporalBlock: Layer {
  let convolutions: [CausalConv1d]
  let activations: [PReLU]

  /// - Precondition: all counts are positive.
  public init(
    _ inputs: Int, channels: Int, kernel: Int, dilation: Int, convolutions: Int = 2,
    padding: CausalConv1d.Padding = .causal, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    precondition(convolutions > 0)
    self.convolutions = try (0..<convolutions).map { index in
      try CausalConv1d(
        index == 0 ? inputs : channels, channels, kernel: kernel, dilation: dilation,
        padding: padding, using: &stream, device: device, dtype: dtype)
    }
    activations = try (0..<convolutions).map { _ in try PReLU(device: device, dtype: dtype) }
  }

  init(convolutions: [CausalConv1d], activations: [PReLU]) {
    (self.convolutions, self.activations) = (convolutions, activations)
  }

  /// Steps that one output step sees.
  public var receptiveField: Int {
    1 + convolutions.reduce(0) { $0 + $1.receptiveField - 1 }
  }

  public var parameters: [NamedTensor] {
    zip(convolutions, activations).enumerated().flatMap { index, pair in
      pair.0.parameters.prefixed("conv\(index + 1)")
        + pair.1.parameters.prefixed("prelu\(index + 1)")
    }
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    var values = input
    for (convolution, activation) in zip(convolutions, activations) {
      values = try activation(convolution(values, pass), pass)
    }
    return values
  }
}
