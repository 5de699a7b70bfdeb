/// The 32 bytes of a SHA-256 (FIPS 180-4).
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
  public let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The digest of a string's UTF-8.
  ///
  /// - Throws: `DigestError` where OpenSSL refuses.
  public init(of text: String) throws(DigestError) { try self.init(of: Array(text.utf8)) }

  /// The digest of some bytes already in memory.
  ///
  /// - Throws: `DigestError` where OpenSSL refuses.
  public init(of bytes: [UInt8]) throws(DigestError) {
    let hash = try SHA256Hash()
    try hash.update(bytes)
    self = try hash.finish()
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  public var description: String { hex }
}
