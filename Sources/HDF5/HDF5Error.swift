import CHDF5

/// What can go wrong with an HDF5 file: which file, which object in it, and why.
public enum HDF5Error: Error, Equatable {
  /// libhdf5 refused; the message is its own.
  case native(file: String, object: String?, message: String)
  /// There is no such object or attribute.
  case missing(file: String, object: String)
  /// The object is of another kind, type or shape than was asked for.
  case mismatch(file: String, object: String, reason: String)
  /// The object declares a size that its stored bytes, or this machine's memory, cannot back.
  case impossibleSize(file: String, object: String, reason: String)
  /// A text is not UTF-8, or holds a zero byte.
  case invalidText(file: String, object: String)
  /// The operating system refused; the reason is its own, such as "No space left on device".
  case system(file: String, reason: String)
  /// The file was closed before.
  case closed(file: String)
}

extension HDF5Error: CustomStringConvertible {
  public var description: String { "\(file): \(object.map { $0 + ": " } ?? "")\(reason)" }

  public var file: String {
    switch self {
    case .native(let file, _, _), .missing(let file, _), .mismatch(let file, _, _),
      .impossibleSize(let file, _, _), .invalidText(let file, _), .system(let file, _),
      .closed(let file):
      file
    }
  }

  public var object: String? {
    switch self {
    case .native(_, let object, _): object
    case .missing(_, let object), .mismatch(_, let object, _), .impossibleSize(_, let object, _),
      .invalidText(_, let object):
      object
    case .system, .closed: nil
    }
  }

  /// The cause alone, without file and object.
  public var reason: String {
    switch self {
    case .native(_, _, let message): message
    case .missing: "there is no such object"
    case .mismatch(_, _, let reason), .impossibleSize(_, _, let reason),
      .system(_, let reason):
      reason
    case .invalidText: "the text is not UTF-8, or holds a zero byte"
    case .closed: "the file is closed"
    }
  }
}
