import CTorch

/// The library's own kernels for whole layers, on the processor in `float32`.
public enum FusedKernels {
  /// Instructions to compute with; paths differ in the last bits of their results.
  public enum Path: Int32, Sendable, CaseIterable {
    case portable, avx2, avx512
  }

  /// What this processor has and this build contains.
  public static var available: [Path] {
    Path.allCases.filter { qbt_fused_path_is_available($0.rawValue) != 0 }
  }

  /// The path in use, the fastest one unless told otherwise.
  public static var path: Path { Path(rawValue: qbt_fused_path()) ?? .portable }

  /// Whether fused layers of this input run on kernels rather than on libtorch's operations.
  public static func fit(_ input: Tensor) -> Bool {
    input.dtype == .float32 && input.device == .cpu
  }

  /// Takes a path from here on, in the whole process; `nil` is the fastest one.
  ///
  /// - Throws: `TorchError.native` where the processor lacks the instructions.
  public static func use(_ path: Path?) throws(TorchError) {
    try check("fused path", qbt_fused_use_path(path?.rawValue ?? -1))
  }
}
