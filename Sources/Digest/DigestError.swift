import CDigest

/// A digest that could not be computed, with the native library's reason.
public enum DigestError: Error, Equatable, CustomStringConvertible {
  case native(call: String, message: String)

  public var description: String {
    switch self {
    case .native(let call, let message): "\(call) failed: \(message)"
    }
  }
}

/// The only place that reads a status code or `qbd_last_error`.
func check(_ call: String, _ status: Int32) throws(DigestError) {
  guard status != 0 else { return }
  throw .native(call: call, message: String(cString: qbd_last_error()))
}
