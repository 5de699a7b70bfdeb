import CTorch

// Whole layers as one step of the graph, several times as fast as the operations they stand for.
//
// The kernels run on the processor in `float32`. Elsewhere, and where gradients are differentiated
// again (`createGraph`), libtorch's own operations take over; results then differ in the last bits.

extension Tensor {
  /// A stack of LSTM layers over [batch, steps, features], starting from zeros.
  ///
  /// Time grows with batch · steps · hidden · (features + hidden). While a graph is recorded, about
  /// 5 · batch · steps · hidden numbers are kept.
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
