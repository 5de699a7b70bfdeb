import Torch

/// x where it is positive, else a learnt slope times x.
///
/// He et al. (2015), *Delving Deep into Rectifiers*.
public struct PReLU: Layer {
  /// [1], or one slope for each of the input's second dimension.
  public let weight: Tensor

  /// Slopes begin at 0.25, as in the paper.
  public init(
    channels: Int = 1, device: Device = .cpu, dtype: DType = .float32
  ) throws {
    weight = try Tensor.full([channels], 0.25, dtype: dtype, device: device).requiringGrad()
  }

  /// Takes slopes as they are.
  public init(weight: Tensor) { self.weight = weight }

  public var parameters: [NamedTensor] { [NamedTensor("weight", weight)] }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    try input.prelu(weight)
  }
}
