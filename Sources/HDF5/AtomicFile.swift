#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A call to the operating system about a file that failed.
public struct FileError: Error, Equatable, CustomStringConvertible {
  public let path: String
  public let operation: String
  /// The system's `errno`.
  public let code: Int32

  public init(path: String, operation: String, code: Int32) {
    (self.path, self.operation, self.code) = (path, operation, code)
  }

  /// What the system says of the code, such as "Permission denied".
  public var reason: String { String(cString: strerror(code)) }

  public var description: String { "\(path): cannot \(operation): \(reason)" }
}

/// Replaces files as a whole: readers see the old content or the new one, never a part.
public enum AtomicFile {
  /// Lets `body` write a file of a temporary name in the same folder, syncs it, renames it to `path`.
  ///
  /// When anything fails the temporary file is removed and what was at `path` stays untouched. A
  /// symbolic link is followed; a folder, device or pipe in the way is refused.
  ///
  /// - Throws: `FileError`, and whatever `body` throws.
  public static func replace<Value>(
    _ path: String, _ body: (_ temporary: String) throws -> Value
  ) throws -> Value {
    let target = try destination(of: path)
    let folder = folder(of: target)
    let mark = String(UInt64.random(in: 0 ... .max), radix: 16)
    let temporary = "\(folder)/.qbench-\(getpid())-\(mark).tmp"
    do {
      let value = try body(temporary)
      try sync(temporary)
      guard rename(temporary, target) == 0 else {
        throw FileError(path: path, operation: "replace", code: errno)
      }
      try sync(folder)
      return value
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Whether a file at `path` could be replaced, found out without touching it.
  ///
  /// - Throws: `FileError`: no such folder, no permission, or something in the way that is no file.
  public static func check(_ path: String) throws {
    let folder = folder(of: try destination(of: path))
    guard access(folder, W_OK | X_OK) == 0 else {
      throw FileError(path: path, operation: "write", code: errno)
    }
  }

  /// Where a write to `path` really goes.
  private static func destination(of path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else {
      guard errno == ENOENT else { throw FileError(path: path, operation: "write", code: errno) }
      return path
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(path: path, operation: "write", code: EISDIR)
    default: throw FileError(path: path, operation: "replace", code: EEXIST)
    }
    guard let resolved = realpath(path, nil) else {
      throw FileError(path: path, operation: "resolve", code: errno)
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw FileError(path: path, operation: "sync", code: errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say EINVAL; there is nothing more to be done there.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw FileError(path: path, operation: "sync", code: errno)
    }
  }
}
