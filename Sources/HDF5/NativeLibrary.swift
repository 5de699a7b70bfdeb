import CHDF5
import Synchronization

/// The one door to libhdf5, which keeps process-wide state and is not thread-safe as usually built.
///
/// See `Documentation/decisions/hdf5-lock.md` for why this is a lock and not a global actor.
public enum NativeLibrary {
  private static let lock = Mutex<Void>(())

  /// Runs a native call alone, and takes its message before another call can overwrite it.
  static func call(_ body: () -> Int32) -> (status: Int32, message: String) {
    lock.withLock { _ in
      let status = body()
      return (status, status == QBH_OK ? "" : String(cString: qbh_last_error()))
    }
  }

  static func check(
    file: String, object: String?, _ body: () -> Int32
  ) throws(HDF5Error) {
    try check(call(body), file: file, object: object)
  }

  /// The only place that turns a status into an error.
  static func check(
    _ outcome: (status: Int32, message: String), file: String, object: String?
  ) throws(HDF5Error) {
    let (status, message) = outcome
    switch status {
    case QBH_OK: return
    case QBH_MISSING: throw .missing(file: file, object: object ?? "/")
    case QBH_MISMATCH: throw .mismatch(file: file, object: object ?? "/", reason: message)
    case QBH_SYSTEM: throw .system(file: file, reason: message)
    default: throw .native(file: file, object: object, message: message)
    }
  }

  /// The version of libhdf5 in use, such as `1.10.8`; `nil` where it would not say.
  public static var version: String? {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    guard call({ qbh_version(&major, &minor, &release) }).status == QBH_OK else { return nil }
    return "\(major).\(minor).\(release)"
  }
}
