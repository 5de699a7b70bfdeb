import CTorch

/// A random number generator of one's own; nothing here draws from the process-wide one.
///
/// Same seed, device and libtorch, same numbers.
public final class Generator {
  let handle: OpaquePointer
  public let device: Device

  /// - Throws: `TorchError.noSuchDevice` for a device that is not there.
  public init(seed: UInt64, device: Device = .cpu) throws(TorchError) {
    try TorchRuntime.require(device)
    handle = try reference("generator") { qbt_generator_new(seed, device.native, &$0) }
    self.device = device
  }

  deinit { qbt_generator_free(handle) }

  /// Starts the sequence of a seed from its beginning.
  public func reseed(_ seed: UInt64) throws(TorchError) {
    try check("set_current_seed", qbt_generator_seed(handle, seed))
  }

  /// Standard normal elements.
  public func normal(_ shape: [Int], dtype: DType = .float32) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("randn") { qbt_randn(sizes, sizes.count, dtype.native, handle, &$0) }
  }

  /// Elements uniform on [0, 1).
  public func uniform(_ shape: [Int], dtype: DType = .float32) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("rand") { qbt_rand(sizes, sizes.count, dtype.native, handle, &$0) }
  }

  /// Elements 1 with the probability given, else 0.
  public func bernoulli(
    _ probability: Double, _ shape: [Int], dtype: DType = .float32
  ) throws(TorchError) -> Tensor {
    let sizes = shape.native
    return try tensor("bernoulli") {
      qbt_bernoulli(probability, sizes, sizes.count, dtype.native, handle, &$0)
    }
  }

  /// A random order of 0 ..< n, `int64`.
  public func permutation(_ n: Int) throws(TorchError) -> Tensor {
    try tensor("randperm") { qbt_randperm(Int64(n), handle, &$0) }
  }
}

/// Deliberate: drawing changes it, so it stays in the task that made it.
@available(*, unavailable)
extension Generator: Sendable {}
