import Market
import Torch

/// x Wᵀ + b over the last dimension.
public struct Linear: Layer {
  /// [outputs, inputs].
  public let weight: Tensor
  /// [outputs].
  public let bias: Tensor?

  /// Weights and bias uniform on ±1/√inputs, as PyTorch's `Linear` starts.
  ///
  /// Drawn from the stream given and not by libtorch, so that they are the same on every device.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    let bound = 1 / Double(Swift.max(1, inputs)).squareRoot()
    func uniform(_ shape: [Int]) throws -> Tensor {
      let values = (0..<shape.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: shape, device: device).to(dtype).requiringGrad()
    }
    weight = try uniform([outputs, inputs])
    self.bias = bias ? try uniform([outputs]) : nil
  }

  /// Takes tensors as they are, of whatever type.
  public init(weight: Tensor, bias: Tensor?) { (self.weight, self.bias) = (weight, bias) }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    try input.linear(weight, bias: bias)
  }

  /// The same of [rows, inputs], by the kernel where it can, with the rectifier that may follow.
  func onRows(_ input: Tensor, rectified: Bool = false) throws -> Tensor {
    try input.fusedLinear(weight, bias: bias, rectified: rectified)
  }
}
