import HDF5
import Market

/// A stored file that cannot be read or written, and why.
public enum StorageError: UserFacingError, Equatable {
  case noSuchFile(String)
  case isDirectory(String)
  case noPermission(String)
  case notHDF5(String)
  /// Truncated or corrupted, in the words of libhdf5.
  case damaged(file: String, object: String?, reason: String)
  case schema(file: String, found: String)
  case kind(file: String, found: String, accepted: [String])
  case missing(file: String, object: String)
  case layout(file: String, object: String, expected: String, found: String)
  /// Readable, but what it says is contradictory.
  case content(file: String, reason: String)
  case contentHash(file: String, declared: String, computed: String)
  case noSuchPath(file: String, asked: Int?, paths: Int)
  case cannotWrite(file: String, reason: String)

  public var description: String {
    switch self {
    case .noSuchFile(let file): "\(file): there is no such file"
    case .isDirectory(let file): "\(file): this is a folder; an HDF5 file is needed"
    case .noPermission(let file): "\(file): no permission to read it"
    case .notHDF5(let file):
      "\(file): not an HDF5 file (or damaged from its first bytes on); "
        + "`qbench import` makes one from CSV"
    case .damaged(let file, let object, let reason):
      "\(file): truncated or corrupted\(object.map { " at \($0)" } ?? ""): \(reason)"
    case .schema(let file, let found):
      "\(file): schema is \(found); this version reads schema \(FileMetadata.schema)"
    case .kind(let file, let found, let accepted):
      "\(file): kind is '\(found)'; needed here: \(accepted.joined(separator: " or "))"
    case .missing(let file, let object): "\(file): it has no \(object)"
    case .layout(let file, let object, let expected, let found):
      "\(file): \(object) is \(found); expected: \(expected)"
    case .content(let file, let reason): "\(file): \(reason)"
    case .contentHash(let file, let declared, let computed):
      "\(file): the content does not match its hash (content_sha256 says \(declared), "
        + "the content gives \(computed)); it was changed after it was written"
    case .noSuchPath(let file, nil, let paths):
      "\(file): it holds \(paths) paths; name one, 0 to \(paths - 1)"
    case .noSuchPath(let file, let asked?, let paths):
      "\(file): there is no path \(asked); it holds \(paths), counted from 0"
    case .cannotWrite(let file, let reason): "\(file): cannot be written: \(reason)"
    }
  }
}

/// Runs a reader, turning what the layers below throw into `StorageError`.
func reading<Value>(_ file: String, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as HDF5Error {
    switch error {
    case .missing(_, let object): throw StorageError.missing(file: file, object: object)
    case .mismatch(_, let object, let reason):
      throw StorageError.content(file: file, reason: "\(object): \(reason)")
    case .native(_, let object, _), .impossibleSize(_, let object as String?, _),
      .invalidText(_, let object as String?):
      throw StorageError.damaged(file: file, object: object, reason: error.reason)
    case .system, .closed:
      throw StorageError.damaged(file: file, object: nil, reason: error.reason)
    }
  } catch let error as PanelError {
    throw StorageError.content(file: file, reason: error.description)
  }
}

/// Runs a writer on a temporary name and puts the result at `file`, with every failure translated.
func replacing<Value>(_ file: String, _ body: (String) throws -> Value) throws -> Value {
  do {
    return try AtomicFile.replace(file, body)
  } catch let error as FileError {
    throw StorageError.cannotWrite(file: file, reason: error.reason)
  } catch let error as HDF5Error {
    // The temporary name inside the error would mean nothing to the reader.
    let object = error.object.map { "\($0): " } ?? ""
    throw StorageError.cannotWrite(file: file, reason: object + error.reason)
  }
}
