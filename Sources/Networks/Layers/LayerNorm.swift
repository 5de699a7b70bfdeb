import Torch

/// Each row brought to mean 0 and deviation 1, then scaled and shifted by learnt values.
///
/// Ba, Kiros and Hinton (2016), *Layer Normalization*.
public struct LayerNorm: Layer {
  public let weight: Tensor
  public let bias: Tensor
  private let width: Int

  public init(_ width: Int, device: Device = .cpu, dtype: DType = .float32) throws {
    weight = try Tensor.ones([width], dtype: dtype, device: device).requiringGrad()
    bias = try Tensor.zeros([width], dtype: dtype, device: device).requiringGrad()
    self.width = width
  }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight), NamedTensor("bias", bias)]
  }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    try input.layerNorm([width], weight: weight, bias: bias)
  }
}
