import CTorch

/// The library as a whole: version, threads, devices, memory.
public enum TorchRuntime {
  /// The version of libtorch this was built with, such as `1.13.0`.
  public static var version: String { String(cString: qbt_version()) }

  /// How the loaded libtorch says it was built, several lines.
  public static var buildConfiguration: String { String(cString: qbt_build_configuration()) }

  /// Threads of one operation.
  public static var threads: Int { Int(qbt_threads()) }

  /// Threads of OpenBLAS; `nil` where another library multiplies matrices.
  public static var blasThreads: Int? {
    let count = Int(qbt_blas_threads())
    return count > 0 ? count : nil
  }

  /// Sets the threads of libtorch and of OpenBLAS, which heeds no other setting.
  ///
  /// Results are bitwise repeatable for one count only: another count sums in another order.
  public static func setThreads(_ count: Int) throws(TorchError) {
    try check("set_num_threads", qbt_set_threads(Int32(clamping: count)))
  }

  /// CUDA devices that this libtorch can use.
  public static var cudaDevices: Int { Int(qbt_cuda_devices()) }

  /// - Throws: `TorchError.noSuchDevice` rather than falling back to another one.
  public static func require(_ device: Device) throws(TorchError) {
    guard case .cuda(let index) = device else { return }
    let devices = cudaDevices
    guard (0..<devices).contains(index) else {
      throw .noSuchDevice(device, devices: devices)
    }
  }

  /// Makes the C library keep freed memory, which saves up to half of a training step.
  ///
  /// For the start of a process, before the first tensor. Resident memory then does not shrink.
  /// - Returns: Whether the C library has such settings.
  @discardableResult
  public static func tuneAllocator() -> Bool { qbt_tune_allocator() != 0 }

  /// What a worker process does first: one thread, and an allocator fit for training.
  ///
  /// Parallelism is across workers, so that results do not depend on how many there are.
  public static func configureForWorker() throws(TorchError) {
    tuneAllocator()
    try setThreads(1)
  }

  /// Tensor handles alive in the process, for tests of ownership.
  public static var liveTensors: Int { Int(qbt_live_tensors()) }
}
