import Market
import Torch

/// Self-attention and a feed-forward network, each with a way around it: a transformer's layer.
///
/// [batch, tokens, width] → the same. Vaswani et al. (2017), section 3.1; with `pre`, normalised as
/// Xiong et al. (2020), *On Layer Normalization in the Transformer Architecture*. Parameters have the
/// names of PyTorch's `TransformerEncoderLayer`, and dropout falls where it does there.
///
/// In `float32` on the processor, with a rectifier and all tokens there, it is one kernel (see
/// `Tensor.fusedEncoderLayer`), else composed of single operations.
public struct EncoderLayer: Layer {
  /// Where the layer normalisations stand, as specs name it.
  public enum Norm: String, SpecChoice {
    /// Before attention and feed-forward; the way around is never normalised, so that a norm has to
    /// follow the last layer.
    case pre
    /// After the sum, as in the original.
    case post
  }

  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var width: Int
    public var heads: Int
    public var feedForward: Int
    public var dropout: Double
    public var norm: Norm
    public var activation: Activation

    public init(
      width: Int, heads: Int, feedForward: Int, dropout: Double = 0, norm: Norm = .pre,
      activation: Activation = .relu
    ) {
      (self.width, self.heads, self.feedForward) = (width, heads, feedForward)
      (self.dropout, self.norm, self.activation) = (dropout, norm, activation)
    }
  }

  public let shape: Shape
  private let attention: AttentionMultiHead
  private let widen: Linear
  private let narrow: Linear
  private let attentionNorm: LayerNorm
  private let feedForwardNorm: LayerNorm
  private let dropout: Dropout

  /// - Precondition: `heads` divides `width`.
  public init(
    _ shape: Shape, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    self.shape = shape
    attention = try AttentionMultiHead(
      shape.width, heads: shape.heads, dropout: shape.dropout, using: &stream, device: device,
      dtype: dtype)
    widen = try Linear(
      shape.width, shape.feedForward, using: &stream, device: device, dtype: dtype)
    narrow = try Linear(
      shape.feedForward, shape.width, using: &stream, device: device, dtype: dtype)
    attentionNorm = try LayerNorm(shape.width, device: device, dtype: dtype)
    feedForwardNorm = try LayerNorm(shape.width, device: device, dtype: dtype)
    dropout = Dropout(shape.dropout)
  }

  public var parameters: [NamedTensor] {
    attention.parameters.prefixed("self_attn") + widen.parameters.prefixed("linear1")
      + narrow.parameters.prefixed("linear2") + attentionNorm.parameters.prefixed("norm1")
      + feedForwardNorm.parameters.prefixed("norm2")
  }

  public func callAsFunction(_ tokens: Tensor, _ pass: Pass) throws -> Tensor {
    try callAsFunction(tokens, absent: nil, pass)
  }

  /// As above, with tokens that are not there (see `AttentionMultiHead`); what comes out in their
  /// places means nothing.
  public func callAsFunction(_ tokens: Tensor, absent: Tensor?, _ pass: Pass) throws -> Tensor {
    if absent == nil, let values = try fused(tokens, lastOnly: false, pass) { return values }
    return try composed(tokens, absent: absent, pass)
  }

  /// The last token's output alone, [batch, width]: all that is left to compute where nothing else
  /// of the layer is read.
  public func last(_ tokens: Tensor, _ pass: Pass) throws -> Tensor {
    try fused(tokens, lastOnly: true, pass) ?? composedLast(tokens, pass)
  }

  /// `nil` where the kernel does not do what is asked.
  private func fused(_ tokens: Tensor, lastOnly: Bool, _ pass: Pass) throws -> Tensor? {
    guard shape.activation == .relu, FusedKernels.fit(tokens) else { return nil }
    let form = EncoderLayerForm(
      heads: shape.heads, normFirst: shape.norm == .pre, lastOnly: lastOnly)
    return try tokens.fusedEncoderLayer(
      form, parameters.map(\.tensor), dropout: pass.isTraining ? shape.dropout : 0,
      generator: pass.generator)
  }

  /// The whole layer out of single operations.
  func composed(_ tokens: Tensor, absent: Tensor? = nil, _ pass: Pass) throws -> Tensor {
    try joined(tokens, pass) { try attention($0, absent: absent, pass) }
  }

  /// The last token's output out of single operations.
  func composedLast(_ tokens: Tensor, _ pass: Pass) throws -> Tensor {
    try joined(tokens, last: true, pass) { try attention.last($0, pass) }
  }

  private func joined(
    _ tokens: Tensor, last: Bool = false, _ pass: Pass, _ attend: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let around = last ? try tokens.selected(1, tokens.shape[1] - 1) : tokens
    switch shape.norm {
    case .pre:
      let taken = try dropout(attend(attentionNorm(tokens, pass)), pass)
      let values = try around + taken
      return try values + feedForward(feedForwardNorm(values, pass), pass)
    case .post:
      let taken = try dropout(attend(tokens), pass)
      let values = try attentionNorm(around + taken, pass)
      return try feedForwardNorm(values + feedForward(values, pass), pass)
    }
  }

  private func feedForward(_ values: Tensor, _ pass: Pass) throws -> Tensor {
    let wide = try dropout(shape.activation(widen(values, pass), pass), pass)
    return try dropout(narrow(wide, pass), pass)
  }
}
