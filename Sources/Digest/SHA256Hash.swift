import CDigest

/// A running SHA-256, fed piece by piece and finished once; computed by OpenSSL.
///
/// How the pieces are cut does not matter, only their bytes in order.
public final class SHA256Hash {
  private let handle: OpaquePointer

  /// - Throws: `DigestError` where OpenSSL offers no SHA-256.
  public init() throws(DigestError) {
    var handle: OpaquePointer?
    try check("qbd_sha256_create", qbd_sha256_create(&handle))
    guard let handle else { throw .native(call: "qbd_sha256_create", message: "no handle") }
    self.handle = handle
  }

  deinit { qbd_sha256_free(handle) }

  /// - Throws: `DigestError` after `finish()`.
  public func update(_ bytes: UnsafeRawBufferPointer) throws(DigestError) {
    try check("qbd_sha256_update", qbd_sha256_update(handle, bytes.baseAddress, bytes.count))
  }

  /// - Throws: `DigestError` after `finish()`.
  public func update(_ bytes: [UInt8]) throws(DigestError) {
    let status = bytes.withUnsafeBytes { qbd_sha256_update(handle, $0.baseAddress, $0.count) }
    try check("qbd_sha256_update", status)
  }

  /// The digest of everything given so far; nothing more is accepted afterwards.
  ///
  /// - Throws: `DigestError` where it was finished before.
  public func finish() throws(DigestError) -> SHA256Digest {
    var digest = [UInt8](repeating: 0, count: Int(QBD_SHA256_LENGTH))
    try check("qbd_sha256_finish", qbd_sha256_finish(handle, &digest))
    return SHA256Digest(bytes: digest)
  }
}

/// Deliberate: a running digest is state, and stays in the task that made it.
@available(*, unavailable)
extension SHA256Hash: Sendable {}
