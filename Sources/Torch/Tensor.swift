import CTorch

/// A libtorch tensor: one native reference, given back once.
///
/// Shapes are row-major. Views (`reshaped`, `transposed`, `sliced` …) share their elements.
public final class Tensor {
  /// Never leaves this module; a borrowed copy cannot outlive its owner.
  let handle: OpaquePointer

  /// Takes over a +1 reference, which `deinit` gives back; everything else delegates to this.
  init(adopting handle: OpaquePointer) { self.handle = handle }

  deinit { qbt_tensor_free(handle) }

  /// Sizes of the dimensions; empty for a scalar.
  public var shape: [Int] {
    var sizes = [Int64](repeating: 0, count: qbt_tensor_rank(handle))
    qbt_tensor_sizes(handle, &sizes)
    return sizes.map { Int($0) }
  }

  public var rank: Int { qbt_tensor_rank(handle) }
  /// Number of elements.
  public var count: Int { Int(qbt_tensor_count(handle)) }
  public var dtype: DType { DType(qbt_tensor_dtype(handle)) }
  public var device: Device { Device(qbt_tensor_device(handle)) }
}

/// Deliberate: views share storage, so a tensor stays in the task that made it.
@available(*, unavailable)
extension Tensor: Sendable {}

extension Tensor: CustomStringConvertible {
  public var description: String { "Tensor(\(dtype) \(shape) on \(device))" }
}
