import CHDF5

/// What one element of a dataset is.
public enum ElementType: String, Sendable {
  case float32, float64, int32, int64, uint64, string
  /// Anything this module does not read, such as a compound or an enumeration.
  case other

  var code: Int32 {
    switch self {
    case .float32: QBH_FLOAT32
    case .float64: QBH_FLOAT64
    case .int32: QBH_INT32
    case .int64: QBH_INT64
    case .uint64: QBH_UINT64
    case .string: QBH_STRING
    case .other: QBH_OTHER
    }
  }

  init(code: Int32) {
    switch code {
    case QBH_FLOAT32: self = .float32
    case QBH_FLOAT64: self = .float64
    case QBH_INT32: self = .int32
    case QBH_INT64: self = .int64
    case QBH_UINT64: self = .uint64
    case QBH_STRING: self = .string
    default: self = .other
    }
  }
}

/// A number that datasets and attributes can hold.
///
/// Only the types below conform: the native side knows no others.
public protocol HDF5Number: BitwiseCopyable, Sendable {
  static var elementType: ElementType { get }
}

extension Float: HDF5Number { public static var elementType: ElementType { .float32 } }
extension Double: HDF5Number { public static var elementType: ElementType { .float64 } }
extension Int32: HDF5Number { public static var elementType: ElementType { .int32 } }
extension Int64: HDF5Number { public static var elementType: ElementType { .int64 } }
extension UInt64: HDF5Number { public static var elementType: ElementType { .uint64 } }
