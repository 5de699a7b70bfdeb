import CTorch

/// The type of a tensor's elements.
public enum DType: String, Sendable, CaseIterable {
  case float32, float64, int64, bool

  var native: qbt_dtype {
    switch self {
    case .float32: QBT_FLOAT32
    case .float64: QBT_FLOAT64
    case .int64: QBT_INT64
    case .bool: QBT_BOOL
    }
  }

  init(_ native: qbt_dtype) {
    switch native {
    case QBT_FLOAT64: self = .float64
    case QBT_INT64: self = .int64
    case QBT_BOOL: self = .bool
    default: self = .float32
    }
  }
}
