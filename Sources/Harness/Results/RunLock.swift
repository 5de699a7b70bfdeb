import Foundation

/// Holds a run directory for one process: two runs in one directory would undo each other.
///
/// The operating system lets go when the process ends, however it ends.
public final class RunLock {
  private let descriptor: Int32

  /// - Throws: `RunDirectoryError.inUse` where another process holds the directory.
  public init(_ directory: RunDirectory) throws {
    let path = directory.url.appendingPathComponent(".lock").path
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RunDirectoryError.cannotWrite(path, String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw RunDirectoryError.inUse(directory.url.path)
    }
  }

  deinit { close(descriptor) }
}
