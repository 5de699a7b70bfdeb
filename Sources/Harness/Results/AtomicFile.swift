import Foundation

/// Files that are there whole or not at all.
enum AtomicFile {
  /// Writes beside the target under a temporary name, flushes, and renames over it.
  ///
  /// - Throws: `RunDirectoryError.cannotWrite`; the target is then as it was, and nothing is left.
  static func write(_ data: Data, to url: URL) throws {
    let temporary = url.deletingLastPathComponent()
      .appendingPathComponent(".\(url.lastPathComponent).\(getpid()).tmp")
    do {
      guard FileManager.default.createFile(atPath: temporary.path, contents: nil) else {
        throw CocoaError(.fileWriteNoPermission)
      }
      let handle = try FileHandle(forWritingTo: temporary)
      defer { try? handle.close() }
      try handle.write(contentsOf: data)
      try handle.synchronize()
      guard rename(temporary.path, url.path) == 0 else {
        throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
      }
    } catch {
      let cause = errno == 0 ? "\(error)" : String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: temporary)
      throw RunDirectoryError.cannotWrite(url.path, cause)
    }
  }
}
