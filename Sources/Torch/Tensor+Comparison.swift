import CTorch

// Named functions, not operators: `==` on tensors would read as a Bool. Results are `bool` tensors.

extension Tensor {
  public func equal(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("eq", QBT_EQ, other)
  }
  public func notEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("ne", QBT_NE, other)
  }
  public func less(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("lt", QBT_LT, other)
  }
  public func lessOrEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("le", QBT_LE, other)
  }
  public func greater(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("gt", QBT_GT, other)
  }
  public func greaterOrEqual(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("ge", QBT_GE, other)
  }

  public func equal(_ value: Double) throws(TorchError) -> Tensor {
    try combined("eq", QBT_EQ, value)
  }
  public func notEqual(_ value: Double) throws(TorchError) -> Tensor {
    try combined("ne", QBT_NE, value)
  }
  public func less(_ value: Double) throws(TorchError) -> Tensor {
    try combined("lt", QBT_LT, value)
  }
  public func lessOrEqual(_ value: Double) throws(TorchError) -> Tensor {
    try combined("le", QBT_LE, value)
  }
  public func greater(_ value: Double) throws(TorchError) -> Tensor {
    try combined("gt", QBT_GT, value)
  }
  public func greaterOrEqual(_ value: Double) throws(TorchError) -> Tensor {
    try combined("ge", QBT_GE, value)
  }

  public func and(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("logical_and", QBT_LOGICAL_AND, other)
  }
  public func or(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("logical_or", QBT_LOGICAL_OR, other)
  }
  public func not() throws(TorchError) -> Tensor { try mapped("logical_not", QBT_LOGICAL_NOT) }
  public func isFinite() throws(TorchError) -> Tensor { try mapped("isfinite", QBT_IS_FINITE) }
}
