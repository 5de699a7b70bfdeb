import CTorch

// Operators throw, so that an expression carries one `try`: `try (a + b) * c`. Operands are
// broadcast.

extension Tensor {
  public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try a.combined("add", QBT_ADD, b)
  }
  public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try a.combined("sub", QBT_SUB, b)
  }
  public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try a.combined("mul", QBT_MUL, b)
  }
  public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor {
    try a.combined("div", QBT_DIV, b)
  }

  public static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.combined("add", QBT_ADD, b)
  }
  public static func - (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.combined("sub", QBT_SUB, b)
  }
  public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.combined("mul", QBT_MUL, b)
  }
  public static func / (a: Tensor, b: Double) throws(TorchError) -> Tensor {
    try a.combined("div", QBT_DIV, b)
  }

  public static func + (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b + a }
  public static func - (a: Double, b: Tensor) throws(TorchError) -> Tensor { try -b + a }
  public static func * (a: Double, b: Tensor) throws(TorchError) -> Tensor { try b * a }
  public static func / (a: Double, b: Tensor) throws(TorchError) -> Tensor {
    try b.reciprocal() * a
  }

  public static prefix func - (a: Tensor) throws(TorchError) -> Tensor {
    try a.mapped("neg", QBT_NEG)
  }

  public func pow(_ exponent: Tensor) throws(TorchError) -> Tensor {
    try combined("pow", QBT_POW, exponent)
  }
  public func pow(_ exponent: Double) throws(TorchError) -> Tensor {
    try combined("pow", QBT_POW, exponent)
  }
  public func maximum(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("maximum", QBT_MAXIMUM, other)
  }
  public func minimum(_ other: Tensor) throws(TorchError) -> Tensor {
    try combined("minimum", QBT_MINIMUM, other)
  }

  /// Elements brought into the range; `nil` is no limit.
  public func clamped(min low: Double? = nil, max high: Double? = nil) throws(TorchError)
    -> Tensor
  {
    try tensor("clamp") { qbt_clamp(handle, low ?? .nan, high ?? .nan, &$0) }
  }

  func combined(
    _ call: StaticString, _ op: qbt_binary_op, _ other: Tensor
  ) throws(TorchError) -> Tensor {
    try tensor(call) { qbt_binary(op, handle, other.handle, &$0) }
  }

  func combined(
    _ call: StaticString, _ op: qbt_binary_op, _ other: Double
  ) throws(TorchError) -> Tensor {
    try tensor(call) { qbt_binary_scalar(op, handle, other, &$0) }
  }
}
