import Market
import Torch

/// A dilated convolution over time that never looks ahead.
///
/// [batch, inputs, length] → [batch, outputs, …]: step *t* sees the steps t − dilation · k for
/// k = 0 ..< kernel, the weight's last column belonging to the latest. van den Oord et al. (2016),
/// *WaveNet*; Wiese et al. (2020), *Quant GANs*, definition 3.4.
public struct CausalConv1d: Layer {
  /// What stands before the first step.
  public enum Padding: String, SpecChoice {
    /// Zeros, as many as keep the length.
    case causal
    /// Nothing: the steps without a full past are left out.
    case valid
  }

  /// [outputs, inputs, kernel].
  public let weight: Tensor
  /// [outputs].
  public let bias: Tensor?
  public let dilation: Int
  public let padding: Padding

  /// Weights and bias uniform on ±1/√(inputs · kernel), as PyTorch's `Conv1d` starts.
  ///
  /// - Precondition: `inputs`, `outputs`, `kernel` and `dilation` are positive.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, dilation: Int = 1, padding: Padding = .causal,
    bias: Bool = true, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    precondition(min(inputs, outputs, kernel, dilation) > 0)
    let bound = 1 / Double(inputs * kernel).squareRoot()
    func uniform(_ shape: [Int]) throws -> Tensor {
      let values = (0..<shape.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: shape, device: device).to(dtype).requiringGrad()
    }
    weight = try uniform([outputs, inputs, kernel])
    self.bias = bias ? try uniform([outputs]) : nil
    (self.dilation, self.padding) = (dilation, padding)
  }

  /// Takes tensors as they are, of whatever type.
  public init(weight: Tensor, bias: Tensor?, dilation: Int = 1, padding: Padding = .causal) {
    (self.weight, self.bias) = (weight, bias)
    (self.dilation, self.padding) = (dilation, padding)
  }

  /// Steps that one output step sees: 1 + dilation · (kernel − 1).
  public var receptiveField: Int { 1 + dilation * (weight.shape[2] - 1) }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    let past = padding == .causal ? receptiveField - 1 : 0
    return try (past > 0 ? input.padded([past, 0]) : input)
      .conv1d(weight, bias: bias, dilation: dilation)
  }
}
