import CTorch

// Whole layers as one step of the graph, several times as fast as the operations they stand for.
//
// The kernels run on the processor in `float32`. Elsewhere, and where gradients are differentiated
// again (`createGraph`), libtorch's own operations take over; results then differ in the last bits.

extension Tensor {
  /// x Wᵀ + b of [rows, inputs] for `weight` [outputs, inputs], with the rectifier that may follow.
  ///
  /// On the kernels a row's result does not depend on the rows beside it.
  /// - Throws: `TorchError.native` for shapes that do not fit.
  public func fusedLinear(
    _ weight: Tensor, bias: Tensor? = nil, rectified: Bool = false
  ) throws(TorchError) -> Tensor {
    try tensor("fused linear") {
      qbt_fused_linear(handle, weight.handle, bias?.handle, rectified ? 1 : 0, &$0)
    }
  }

  /// A stack of LSTM layers over [batch, steps, features], starting from zeros.
  ///
  /// Time grows with batch · steps · hidden · (features + hidden). While a graph is recorded, about
  /// batch · steps · (6 · hidden + features) numbers a layer are kept.
  /// - Parameters:
  ///   - parameters: For each layer w_ih [4 · hidden, features], w_hh [4 · hidden, hidden], b_ih and
  ///     b_hh [4 · hidden]; gates in the order input, forget, cell, output, as in PyTorch.
  ///   - dropout: Probability that an element between two layers is zeroed; the others are scaled.
  ///   - generator: What dropout draws from; not needed where it is 0.
  /// - Returns: The last layer's states [batch, steps, hidden], and the last of them
  ///   [batch, hidden]: use that one where the others are not needed, it saves time.
  /// - Throws: `TorchError.native` for shapes that do not fit.
  public func fusedLSTM(
    _ parameters: [Tensor], dropout: Double = 0, generator: Generator? = nil
  ) throws(TorchError) -> (output: Tensor, last: Tensor) {
    try fusedRecurrent(QBT_FUSED_LSTM, parameters, dropout, generator)
  }

  /// A stack of GRU layers over [batch, steps, features], starting from zeros.
  ///
  /// As `fusedLSTM`, with three gates in the order reset, update, new.
  public func fusedGRU(
    _ parameters: [Tensor], dropout: Double = 0, generator: Generator? = nil
  ) throws(TorchError) -> (output: Tensor, last: Tensor) {
    try fusedRecurrent(QBT_FUSED_GRU, parameters, dropout, generator)
  }

  private func fusedRecurrent(
    _ cell: qbt_fused_cell, _ parameters: [Tensor], _ dropout: Double, _ generator: Generator?
  ) throws(TorchError) -> (output: Tensor, last: Tensor) {
    var last: OpaquePointer?
    let output = try tensor("fused recurrent") {
      qbt_fused_recurrent(
        cell, handle, parameters.handles, parameters.count, dropout, generator?.handle, &$0, &last)
    }
    guard let last else { throw .native(call: "fused recurrent", message: "gave nothing") }
    return (output, Tensor(adopting: last))
  }
}

/// How a layer of a transformer's encoder is built, besides its parameters.
public struct EncoderLayerForm: Sendable, Equatable {
  public var heads: Int
  /// Whether the norms stand before attention and feed-forward network, or after the sums.
  public var normFirst: Bool
  /// Whether only the last token's output is computed.
  public var lastOnly: Bool
  /// Added to variances.
  public var epsilon: Double

  public init(heads: Int, normFirst: Bool, lastOnly: Bool = false, epsilon: Double = 1e-5) {
    (self.heads, self.normFirst) = (heads, normFirst)
    (self.lastOnly, self.epsilon) = (lastOnly, epsilon)
  }
}

extension Tensor {
  /// One layer of a transformer's encoder, with a rectifier, over [batch, tokens, width].
  ///
  /// Time grows with batch · tokens · width · (width + inner + tokens). While a graph is recorded,
  /// about batch · tokens · (7 · width + inner + heads · tokens) numbers are kept, and about half as
  /// many where only the last token's output is computed.
  /// - Parameters:
  ///   - form: The layer's build.
  ///   - parameters: Weight and bias of in_proj [3 · width, width], out_proj [width, width],
  ///     linear1 [inner, width], linear2 [width, inner], norm1 and norm2 [width], as in PyTorch.
  ///   - dropout: Probability that an element is zeroed, where PyTorch's layer does it: attention
  ///     weights, what attention gives, the feed-forward network's inner and outer results.
  ///   - generator: What dropout draws from; not needed where it is 0.
  /// - Returns: [batch, tokens, width], or [batch, width] for the last token's output only.
  /// - Throws: `TorchError.native` for shapes that do not fit.
  public func fusedEncoderLayer(
    _ form: EncoderLayerForm, _ parameters: [Tensor], dropout: Double = 0,
    generator: Generator? = nil
  ) throws(TorchError) -> Tensor {
    try tensor("fused encoder layer") {
      qbt_fused_encoder_layer(
        handle, parameters.handles, parameters.count, Int64(form.heads), form.normFirst ? 1 : 0,
        form.lastOnly ? 1 : 0, form.epsilon, dropout, generator?.handle, &$0)
    }
  }
}
