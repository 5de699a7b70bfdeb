import CSVM

/// ε-support vector regression with a kernel, owning exactly one native model.
///
/// Minimises ½‖w‖² + C Σ max(0, |y − w·φ(x) − b| − ε) in the kernel's space (Chang and Lin, 2011);
/// the intercept is not regularised. Nothing is drawn at random.
public final class KernelSupportVectorRegression {
  public enum Kernel: Sendable, Equatable {
    case linear
    /// exp(−γ‖x − y‖²).
    case radial(gamma: Double)
  }

  public struct Settings: Sendable, Equatable {
    public var kernel: Kernel
    /// C: the weight of errors against the size of the weights.
    public var cost: Double
    /// Half the width of the tube in which errors are free, in units of the labels.
    public var epsilon: Double
    public var tolerance: Double
    /// Kernel values kept while training, in MB.
    public var cacheMegabytes: Double
    public var shrinking: Bool

    public init(
      kernel: Kernel, cost: Double = 1, epsilon: Double = 0.1, tolerance: Double = 1e-3,
      cacheMegabytes: Double = 200, shrinking: Bool = true
    ) {
      (self.kernel, self.cost, self.epsilon) = (kernel, cost, epsilon)
      (self.tolerance, self.cacheMegabytes) = (tolerance, cacheMegabytes)
      self.shrinking = shrinking
    }
  }

  private let handle: OpaquePointer
  public let columns: Int

  /// Fits to rows × `columns` row-major values and one label a row.
  ///
  /// - Throws: `SupportVectorError`, with the message of libsvm's own parameter check.
  /// - Complexity: Between O(rows² · columns) and O(rows³ · columns): meant for tens of thousands of
  ///   rows at most.
  public init(
    _ values: [Float], columns: Int, labels: [Float], settings: Settings
  ) throws(SupportVectorError) {
    var gamma = 0.0
    var kernel = CSVM_LINEAR
    if case .radial(let given) = settings.kernel { (kernel, gamma) = (CSVM_RBF, given) }
    try checkedSettings([
      ("cost", settings.cost), ("epsilon", settings.epsilon), ("gamma", gamma),
      ("tolerance", settings.tolerance), ("cacheMegabytes", settings.cacheMegabytes),
    ])
    let rows = try checkedRows(values, columns: columns, labels: labels)
    var native = csvm_settings(
      kernel: kernel, cost: settings.cost, epsilon: settings.epsilon, gamma: gamma,
      tolerance: settings.tolerance, cache: settings.cacheMegabytes,
      shrinking: settings.shrinking ? 1 : 0)
    var handle: OpaquePointer?
    try check(
      .libsvm, "training",
      csvm_train(values, labels, UInt64(rows), UInt64(columns), &native, &handle))
    guard let handle else { throw .native(.libsvm, call: "training", message: "no handle") }
    self.handle = handle
    self.columns = columns
  }

  deinit { csvm_free(handle) }

  /// Rows that the model keeps: those on or outside the tube.
  public var supportVectors: Int { Int(csvm_support_vectors(handle)) }

  /// One value a row.
  ///
  /// - Complexity: O(rows · support vectors · columns).
  public func predict(_ values: [Float]) throws(SupportVectorError) -> [Float] {
    let rows = try checkedRows(values, columns: columns, labels: nil)
    var predictions = [Float](repeating: 0, count: rows)
    try check(
      .libsvm, "predicting",
      csvm_predict(handle, values, UInt64(rows), UInt64(columns), &predictions))
    return predictions
  }

  /// Such as 324 for libsvm 3.24.
  public static var libraryVersion: Int { Int(csvm_version()) }
  /// Models alive in the process, so that a test can see one leak.
  public static var liveHandles: Int { Int(csvm_live_handles()) }
}

/// Deliberate: like every owner of a native handle, it stays in the task that made it.
@available(*, unavailable)
extension KernelSupportVectorRegression: Sendable {}
