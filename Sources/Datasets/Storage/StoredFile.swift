import HDF5
import Market

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of schema 1, opened and identified but not yet read.
struct StoredFile {
  let path: String
  let file: HDF5File
  let kind: FileKind
  let metadata: FileMetadata
  /// Size on disk.
  let bytes: Int

  /// - Throws: `StorageError` for whatever keeps `path` from being a file of schema 1.
  init(_ path: String) throws {
    self.path = path
    bytes = try Self.preflight(path)
    (file, kind, metadata) = try reading(path) {
      let file = try HDF5File(reading: path)
      let kind = try Self.identify(file)
      return (file, kind, try FileMetadata(from: file))
    }
  }

  /// - Throws: `StorageError.kind` where the file holds something else.
  func require(_ accepted: FileKind...) throws {
    guard accepted.contains(kind) else {
      throw StorageError.kind(
        file: path, found: kind.rawValue, accepted: accepted.map(\.rawValue))
    }
  }

  /// What the operating system can say is wrong, which libhdf5 would put less clearly.
  private static func preflight(_ path: String) throws -> Int {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw StorageError.isDirectory(path)
    }
    let descriptor = open(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: throw StorageError.noSuchFile(path)
      case EACCES, EPERM: throw StorageError.noPermission(path)
      default:
        throw StorageError.damaged(
          file: path, object: nil, reason: String(cString: strerror(errno)))
      }
    }
    defer { close(descriptor) }
    // HDF5 allows the signature further back, behind a user block; this format has none.
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    var start = [UInt8](repeating: 0, count: signature.count)
    guard read(descriptor, &start, start.count) == start.count, start == signature else {
      throw StorageError.notHDF5(path)
    }
    return Int(status.st_size)
  }

  private static func identify(_ file: HDF5File) throws -> FileKind {
    let path = file.path
    guard try file.attributeNames().contains("schema") else {
      throw StorageError.schema(file: path, found: "absent (not written by qbench)")
    }
    guard let schema = try? file.number("schema", as: Int64.self) else {
      throw StorageError.schema(file: path, found: "not a whole number")
    }
    guard schema == FileMetadata.schema else {
      throw StorageError.schema(file: path, found: "\(schema)")
    }
    let name = try file.text("kind")
    guard let kind = FileKind(rawValue: name) else {
      throw StorageError.kind(
        file: path, found: name, accepted: FileKind.allCases.map(\.rawValue))
    }
    return kind
  }

  /// The shape of a dataset, once its type and rank are known to be right.
  ///
  /// - Throws: `StorageError.layout` where they are not.
  func shape(of name: String, _ type: ElementType, rank: Int) throws -> [Int] {
    let info = try reading(path) { try file.info(of: name) }
    guard info.type == type, info.shape.count == rank else {
      throw StorageError.layout(
        file: path, object: name, expected: "\(type.rawValue), \(rank) axes",
        found: "\(info.type.rawValue), \(info.shape.count) axes")
    }
    return info.shape
  }

  /// A one-dimensional list of texts.
  func texts(_ name: String) throws -> [String] {
    _ = try shape(of: name, .string, rank: 1)
    return try reading(path) { try file.readStrings(name) }
  }

  /// A one-dimensional list of numbers, `count` of them where that is known.
  func column<Number: HDF5Number>(
    _ name: String, as type: Number.Type, count: Int? = nil
  ) throws -> [Number] {
    let shape = try shape(of: name, Number.elementType, rank: 1)
    if let count, shape != [count] {
      throw StorageError.layout(
        file: path, object: name, expected: "\(count) values", found: "\(shape[0])")
    }
    return try reading(path) { try file.read(name, as: type) }
  }

  func checkHash(_ computed: String) throws {
    guard metadata.contentSHA256 == computed else {
      throw StorageError.contentHash(
        file: path, declared: metadata.contentSHA256, computed: computed)
    }
  }
}
