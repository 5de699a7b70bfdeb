import CTorch

/// Recurrent networks over [batch, steps, features], all layers at once.
///
/// Parameters, for each layer and direction (forward first): W_ih, W_hh and, with biases, b_ih,
/// b_hh. States are [layers × directions, batch, hidden]. There is no dropout between layers, which
/// would draw from the process-wide generator: stack single layers instead.
extension Tensor {
  /// Gates in the order input, forget, cell, output.
  public func lstm(
    hidden: Tensor, cell: Tensor, parameters: [Tensor], biases: Bool = true, layers: Int = 1,
    bidirectional: Bool = false
  ) throws(TorchError) -> (output: Tensor, hidden: Tensor, cell: Tensor) {
    var (lastHidden, lastCell): (OpaquePointer?, OpaquePointer?)
    let output = try tensor("lstm") {
      qbt_lstm(
        handle, hidden.handle, cell.handle, parameters.handles, parameters.count, biases ? 1 : 0,
        Int64(layers), bidirectional ? 1 : 0, &$0, &lastHidden, &lastCell)
    }
    guard let lastHidden, let lastCell else {
      throw .native(call: "lstm", message: "gave nothing")
    }
    return (output, Tensor(adopting: lastHidden), Tensor(adopting: lastCell))
  }

  /// Gates in the order reset, update, new.
  public func gru(
    hidden: Tensor, parameters: [Tensor], biases: Bool = true, layers: Int = 1,
    bidirectional: Bool = false
  ) throws(TorchError) -> (output: Tensor, hidden: Tensor) {
    var lastHidden: OpaquePointer?
    let output = try tensor("gru") {
      qbt_gru(
        handle, hidden.handle, parameters.handles, parameters.count, biases ? 1 : 0,
        Int64(layers), bidirectional ? 1 : 0, &$0, &lastHidden)
    }
    guard let lastHidden else { throw .native(call: "gru", message: "gave nothing") }
    return (output, Tensor(adopting: lastHidden))
  }
}
