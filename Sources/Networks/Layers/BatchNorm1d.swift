import Torch

/// Each column brought to mean 0 and deviation 1, then scaled and shifted by learnt values.
///
/// In training by the batch's moments, which the running ones follow (momentum 0.1); otherwise by
/// the running ones. Ioffe and Szegedy (2015), *Batch Normalization*.
public struct BatchNorm1d: Layer {
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor

  public init(_ width: Int, device: Device = .cpu) throws {
    weight = try Tensor.ones([width], device: device).requiringGrad()
    bias = try Tensor.zeros([width], device: device).requiringGrad()
    runningMean = try Tensor.zeros([width], device: device)
    runningVariance = try Tensor.ones([width], device: device)
  }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight), NamedTensor("bias", bias)]
  }

  public var statistics: [NamedTensor] {
    [NamedTensor("running_mean", runningMean), NamedTensor("running_var", runningVariance)]
  }

  /// - Throws: `TorchError.native` for a training batch of one row, which has no variance.
  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    try callAsFunction(input, rectified: false, pass)
  }

  /// As above, followed by a rectifier in the same pass over the data.
  func callAsFunction(_ input: Tensor, rectified: Bool, _ pass: Pass) throws -> Tensor {
    try input.batchNorm(
      weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance,
      training: pass.isTraining, rectified: rectified)
  }
}
