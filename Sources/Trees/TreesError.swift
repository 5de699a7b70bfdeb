import CXGBoost

/// What can go wrong between a caller and libxgboost.
public enum TreesError: Error, Equatable, CustomStringConvertible {
  /// The library refused; the message is its own.
  case native(call: String, message: String)
  /// Parameters that the chosen booster and objective do not read: most often a misspelling.
  case unusedParameters([String])
  case wrongSize(of: String, expected: Int, got: Int)
  case outOfRange(name: String, value: Int, accepted: String)
  /// Saved bytes that are not, or no longer, a model of ours.
  case damagedModel(reason: String)
  /// No watched round gave a finite score.
  case diverged(rounds: Int)

  public var description: String {
    switch self {
    case .native(let call, let message): "libxgboost, \(call): \(message)"
    case .unusedParameters(let names):
      "libxgboost does not use: \(names.joined(separator: ", ")); check the spelling"
    case .wrongSize(let what, let expected, let got): "\(what): expected \(expected), got \(got)"
    case .outOfRange(let name, let value, let accepted):
      "\(name) is \(value); accepted: \(accepted)"
    case .damagedModel(let reason): "saved trees cannot be read: \(reason)"
    case .diverged(let rounds): "no finite evaluation score in \(rounds) rounds"
    }
  }
}

/// The only place that reads a status or the library's message.
func check(_ call: String, _ status: Int32) throws(TreesError) {
  guard status != 0 else { return }
  throw .native(call: call, message: String(cString: cxgb_last_error()))
}

/// The library that is linked, and what it has given out.
public enum XGBoostLibrary {
  /// Such as `1.7.4`.
  public static var version: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    cxgb_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }

  /// Matrices and boosters alive in the process, so that a test can see one leak.
  public static var liveHandles: Int { Int(cxgb_live_handles()) }
}
