import CTorch

extension Tensor {
  public func abs() throws(TorchError) -> Tensor { try mapped("abs", QBT_ABS) }
  public func sign() throws(TorchError) -> Tensor { try mapped("sign", QBT_SIGN) }
  public func sqrt() throws(TorchError) -> Tensor { try mapped("sqrt", QBT_SQRT) }
  public func exp() throws(TorchError) -> Tensor { try mapped("exp", QBT_EXP) }
  public func log() throws(TorchError) -> Tensor { try mapped("log", QBT_LOG) }
  /// log(1 + x), exact for small x.
  public func log1p() throws(TorchError) -> Tensor { try mapped("log1p", QBT_LOG1P) }
  public func square() throws(TorchError) -> Tensor { try mapped("square", QBT_SQUARE) }
  public func reciprocal() throws(TorchError) -> Tensor { try mapped("reciprocal", QBT_RECIPROCAL) }
  public func sin() throws(TorchError) -> Tensor { try mapped("sin", QBT_SIN) }
  public func cos() throws(TorchError) -> Tensor { try mapped("cos", QBT_COS) }

  // MARK: Activations

  public func relu() throws(TorchError) -> Tensor { try mapped("relu", QBT_RELU) }
  public func tanh() throws(TorchError) -> Tensor { try mapped("tanh", QBT_TANH) }
  public func sigmoid() throws(TorchError) -> Tensor { try mapped("sigmoid", QBT_SIGMOID) }
  /// x Φ(x), with the exact normal distribution function.
  public func gelu() throws(TorchError) -> Tensor { try mapped("gelu", QBT_GELU) }
  /// x · sigmoid(x), also called swish.
  public func silu() throws(TorchError) -> Tensor { try mapped("silu", QBT_SILU) }
  /// log(1 + eˣ).
  public func softplus() throws(TorchError) -> Tensor { try mapped("softplus", QBT_SOFTPLUS) }

  public func leakyReLU(slope: Double = 0.01) throws(TorchError) -> Tensor {
    try tensor("leaky_relu") { qbt_leaky_relu(handle, slope, &$0) }
  }

  /// Leaky ReLU with a learnt slope: `weight` has one element, or one per channel (dimension 1).
  public func prelu(_ weight: Tensor) throws(TorchError) -> Tensor {
    try tensor("prelu") { qbt_prelu(handle, weight.handle, &$0) }
  }

  public func elu(alpha: Double = 1) throws(TorchError) -> Tensor {
    try tensor("elu") { qbt_elu(handle, alpha, &$0) }
  }

  public func softmax(_ dim: Int) throws(TorchError) -> Tensor {
    try tensor("softmax") { qbt_softmax(handle, Int64(dim), &$0) }
  }

  public func logSoftmax(_ dim: Int) throws(TorchError) -> Tensor {
    try tensor("log_softmax") { qbt_log_softmax(handle, Int64(dim), &$0) }
  }

  func mapped(_ call: StaticString, _ op: qbt_unary_op) throws(TorchError) -> Tensor {
    try tensor(call) { qbt_unary(op, handle, &$0) }
  }
}
