import CTorch

extension Tensor {
  /// A copy of row-major elements, as `float32`.
  ///
  /// - Throws: `TorchError.shapeMismatch` unless there is one value per element of the shape.
  public convenience init(
    _ values: [Float], shape: [Int], device: Device = .cpu
  ) throws(TorchError) {
    try Self.require(values.count, of: shape)
    let sizes = shape.native
    self.init(
      adopting: try reference("from_blob") {
        qbt_tensor_from_f32(values, sizes, sizes.count, device.native, &$0)
      })
  }

  /// A copy of row-major elements, as `float64`.
  ///
  /// - Throws: `TorchError.shapeMismatch` unless there is one value per element of the shape.
  public convenience init(
    _ values: [Double], shape: [Int], device: Device = .cpu
  ) throws(TorchError) {
    try Self.require(values.count, of: shape)
    let sizes = shape.native
    self.init(
      adopting: try reference("from_blob") {
        qbt_tensor_from_f64(values, sizes, sizes.count, device.native, &$0)
      })
  }

  /// A copy of row-major elements, as `int64`: indices and classes.
  ///
  /// - Throws: `TorchError.shapeMismatch` unless there is one value per element of the shape.
  public convenience init(
    indices values: [Int], shape: [Int]? = nil, device: Device = .cpu
  ) throws(TorchError) {
    let shape = shape ?? [values.count]
    try Self.require(values.count, of: shape)
    let (elements, sizes) = (values.native, shape.native)
    self.init(
      adopting: try reference("from_blob") {
        qbt_tensor_from_i64(elements, sizes, sizes.count, device.native, &$0)
      })
  }

  public static func full(
    _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("full") {
      qbt_tensor_full(value, sizes, sizes.count, dtype.native, device.native, &$0)
    }
  }

  public static func zeros(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape, 0, dtype: dtype, device: device)
  }

  public static func ones(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try full(shape, 1, dtype: dtype, device: device)
  }

  /// `start`, `start + step`, … below `end`; one dimension.
  public static func arange(
    _ start: Double = 0, to end: Double, by step: Double = 1, dtype: DType = .float32,
    device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try tensor("arange") {
      qbt_tensor_arange(start, end, step, dtype.native, device.native, &$0)
    }
  }

  /// The identity matrix, [n, n].
  public static func eye(
    _ n: Int, dtype: DType = .float32, device: Device = .cpu
  ) throws(TorchError) -> Tensor {
    try tensor("eye") { qbt_tensor_eye(Int64(n), dtype.native, device.native, &$0) }
  }

  private static func require(_ count: Int, of shape: [Int]) throws(TorchError) {
    var product = 1
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw .shapeMismatch(expected: shape, got: [count]) }
      product = next
    }
    guard product == count else { throw .shapeMismatch(expected: shape, got: [count]) }
  }
}
