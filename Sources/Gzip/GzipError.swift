/// A file that cannot be read to its end, with what the operating system or zlib said.
public enum GzipError: Error, Equatable, CustomStringConvertible {
  case cannotOpen(path: String, message: String)
  case cannotRead(path: String, message: String)
  /// The file ends inside a compressed stream.
  case truncated(path: String, message: String)
  /// The compressed stream contradicts itself or its checksum, or is followed by other bytes.
  case corrupt(path: String, message: String)
  case outOfMemory(path: String, message: String)

  public var description: String { "\(path): \(cause)" }

  public var path: String {
    switch self {
    case .cannotOpen(let path, _), .cannotRead(let path, _), .truncated(let path, _),
      .corrupt(let path, _), .outOfMemory(let path, _):
      path
    }
  }

  /// The description without the file.
  public var cause: String {
    switch self {
    case .cannotOpen(_, let message): "cannot be opened (\(message))"
    case .cannotRead(_, let message): "cannot be read (\(message))"
    case .truncated(_, let message): "the gzip data are truncated (\(message))"
    case .corrupt(_, let message): "the gzip data are corrupt (\(message))"
    case .outOfMemory(_, let message): "cannot be decompressed (\(message))"
    }
  }
}
