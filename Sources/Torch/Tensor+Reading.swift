import CTorch

extension Tensor {
  /// All elements, row-major, without a graph.
  ///
  /// - Throws: `TorchError.dtypeMismatch` unless they are `float32`; convert with `to` first.
  public func floats() throws(TorchError) -> [Float] {
    try require(.float32)
    var values = [Float](repeating: 0, count: count)
    try check("copy", qbt_tensor_copy_f32(handle, &values, values.count))
    return values
  }

  /// All elements, row-major, without a graph.
  ///
  /// - Throws: `TorchError.dtypeMismatch` unless they are `float64`.
  public func doubles() throws(TorchError) -> [Double] {
    try require(.float64)
    var values = [Double](repeating: 0, count: count)
    try check("copy", qbt_tensor_copy_f64(handle, &values, values.count))
    return values
  }

  /// All elements, row-major.
  ///
  /// - Throws: `TorchError.dtypeMismatch` unless they are `int64`.
  public func integers() throws(TorchError) -> [Int] {
    try require(.int64)
    var values = [Int64](repeating: 0, count: count)
    try check("copy", qbt_tensor_copy_i64(handle, &values, values.count))
    return values.map { Int($0) }
  }

  /// All elements, row-major.
  ///
  /// - Throws: `TorchError.dtypeMismatch` unless they are `bool`.
  public func bools() throws(TorchError) -> [Bool] {
    try require(.bool)
    var values = [UInt8](repeating: 0, count: count)
    try check("copy", qbt_tensor_copy_bool(handle, &values, values.count))
    return values.map { $0 != 0 }
  }

  /// The only element, of whatever type.
  ///
  /// - Throws: `TorchError.native` where there is not exactly one.
  public func item() throws(TorchError) -> Double {
    var value = 0.0
    try check("item", qbt_tensor_item(handle, &value))
    return value
  }

  private func require(_ expected: DType) throws(TorchError) {
    guard dtype == expected else { throw .dtypeMismatch(expected: expected, got: dtype) }
  }

  // MARK: Conversion and copies

  /// This tensor with other elements or elsewhere; itself where nothing changes.
  public func to(_ dtype: DType? = nil, device: Device? = nil) throws(TorchError) -> Tensor {
    let (dtype, device) = (dtype ?? self.dtype, device ?? self.device)
    return try tensor("to") { qbt_tensor_to(handle, dtype.native, device.native, &$0) }
  }

  public func cloned() throws(TorchError) -> Tensor {
    try tensor("clone") { qbt_tensor_clone(handle, &$0) }
  }

  /// Laid out row-major in memory; itself where it is already.
  public func contiguous() throws(TorchError) -> Tensor {
    try tensor("contiguous") { qbt_tensor_contiguous(handle, &$0) }
  }

  /// Overwrites the elements, outside of any graph.
  ///
  /// - Throws: `TorchError.shapeMismatch` for another shape.
  public func assign(_ other: Tensor) throws(TorchError) {
    guard other.shape == shape else {
      throw .shapeMismatch(expected: shape, got: other.shape)
    }
    try check("copy_", qbt_tensor_assign(handle, other.handle))
  }

  /// Overwrites every element, outside of any graph.
  public func fill(_ value: Double) throws(TorchError) {
    try check("fill_", qbt_tensor_fill(handle, value))
  }
}
