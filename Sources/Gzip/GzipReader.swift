import CGzip

/// Reads a file block by block, decompressing it if it is gzip.
///
/// The content decides, not the file's name: a file is gzip when it starts with gzip's magic number.
/// Several gzip members in one file are read one after the other. The sole owner of its handle; for
/// one thread at a time, hence not `Sendable`.
public final class GzipReader {
  public let path: String
  private let handle: OpaquePointer

  /// - Throws: `GzipError.cannotOpen` or, for a folder say, `GzipError.cannotRead`.
  public init(path: String) throws(GzipError) {
    self.path = path
    guard !path.utf8.contains(0) else {
      throw .cannotOpen(path: path, message: "the path contains a zero byte")
    }
    var opened: OpaquePointer?
    try check(cgz_open(path, &opened), path)
    guard let opened else { throw .cannotOpen(path: path, message: "no handle") }
    handle = opened
  }

  deinit { cgz_close(handle) }

  /// Whether the file's content is compressed.
  public var isCompressed: Bool { cgz_is_compressed(handle) != 0 }

  /// Reads up to `buffer.count` bytes of plain content; 0 means the end, if there was room.
  ///
  /// A member's checksum is compared when its end is reached, so all bytes can be trusted only once
  /// this has returned 0.
  ///
  /// - Throws: `GzipError` where the file cannot be read, is truncated or is corrupt.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(GzipError) -> Int {
    guard let base = buffer.baseAddress, !buffer.isEmpty else { return 0 }
    var count = 0
    try check(
      cgz_read(handle, base.assumingMemoryBound(to: UInt8.self), buffer.count, &count), path)
    return count
  }
}

/// Turns a status of the native layer into the error it stands for.
private func check(_ status: Int32, _ path: String) throws(GzipError) {
  guard Int(status) != CGZ_OK else { return }
  let message = String(cString: cgz_last_error())
  switch Int(status) {
  case CGZ_CANNOT_OPEN: throw .cannotOpen(path: path, message: message)
  case CGZ_TRUNCATED: throw .truncated(path: path, message: message)
  case CGZ_CORRUPT: throw .corrupt(path: path, message: message)
  case CGZ_NO_MEMORY: throw .outOfMemory(path: path, message: message)
  default: throw .cannotRead(path: path, message: message)
  }
}
