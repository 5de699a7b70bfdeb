import CHDF5

/// An open HDF5 file, owning its one native handle.
///
/// Objects in it are addressed by path (`/values`, `/attributes/sector`); no other handle outlives a
/// call. New files use the format of HDF5 1.10, which puts a checksum on every piece of metadata,
/// and carry no timestamps, so that the same calls give the same bytes.
public final class HDF5File {
  public let path: String
  private var handle: OpaquePointer?

  private let isNew: Bool

  /// Makes a new file, in memory until `close()` puts it at `path` as a whole.
  ///
  /// A file that is never closed leaves nothing on disk. Memory: the compressed size, twice while
  /// it is being written out.
  public init(creating path: String) throws(HDF5Error) {
    self.path = path
    isNew = true
    handle = try Self.adopt(path) { qbh_create($0) }
  }

  /// Opens an existing file for reading.
  ///
  /// - Throws: `HDF5Error.native` where it is missing, unreadable, truncated or not HDF5.
  public init(reading path: String) throws(HDF5Error) {
    self.path = path
    isNew = false
    handle = try Self.adopt(path) { qbh_open(path, $0) }
  }

  deinit {
    guard let handle else { return }
    // Nobody is left to hear of a failure, and nothing is lost: a new file was not wanted after all.
    _ = NativeLibrary.call { qbh_close(handle) }
  }

  /// Writes a new file to disk, syncs and closes; nothing more is accepted, also when this fails.
  ///
  /// - Throws: `HDF5Error.system` where the name is taken or the bytes could not be written; what a
  ///   failure leaves at `path` is the caller's to remove (see `AtomicFile`).
  public func close() throws(HDF5Error) {
    guard let handle else { return }
    self.handle = nil
    let saved = NativeLibrary.call { isNew ? qbh_save(handle, path) : QBH_OK }
    let closed = NativeLibrary.call { qbh_close(handle) }
    try NativeLibrary.check(saved.status == QBH_OK ? closed : saved, file: path, object: nil)
  }

  private static func adopt(
    _ path: String, _ body: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) throws(HDF5Error) -> OpaquePointer {
    guard !path.utf8.contains(0) else { throw .invalidText(file: path, object: "path") }
    var handle: OpaquePointer?
    try NativeLibrary.check(file: path, object: nil) { body(&handle) }
    guard let handle else { throw .native(file: path, object: nil, message: "no handle") }
    return handle
  }

  /// Runs a native call on this file's handle.
  func call(
    _ object: String, _ texts: [String] = [], _ body: (OpaquePointer) -> Int32
  ) throws(HDF5Error) {
    guard let handle else { throw .closed(file: path) }
    for text in [object] + texts where text.utf8.contains(0) {
      throw .invalidText(file: path, object: object)
    }
    try NativeLibrary.check(file: path, object: object) { body(handle) }
  }

  /// Runs a native call that answers with strings, and takes them over.
  func strings(
    of object: String, _ texts: [String] = [],
    _ body: (OpaquePointer, UnsafeMutablePointer<qbh_strings>) -> Int32
  ) throws(HDF5Error) -> [String] {
    var native = qbh_strings()
    defer { qbh_strings_free(&native) }
    try call(object, texts) { body($0, &native) }
    var result: [String] = []
    result.reserveCapacity(native.count)
    var offset = 0
    for index in 0..<native.count {
      let length = native.lengths[index]
      let bytes = UnsafeRawBufferPointer(start: native.bytes + offset, count: length)
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        throw .invalidText(file: path, object: object)
      }
      result.append(text)
      offset += length
    }
    return result
  }
}

/// Deliberate: an open file is state, and stays in the task that opened it.
@available(*, unavailable)
extension HDF5File: Sendable {}
