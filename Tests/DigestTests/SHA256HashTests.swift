import Digest
import Testing

@Suite struct SHA256HashTests {
  /// Messages and digests of FIPS 180-4's examples (NIST, "SHA256.pdf") and of the empty message.
  static let published: [(message: String, hex: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]

  @Test(arguments: published)
  func agreesWithThePublishedDigest(_ row: (message: String, hex: String)) throws {
    #expect(try SHA256Digest(of: row.message).hex == row.hex)
  }

  @Test func aMillionLettersInPiecesOfAnySize() throws {
    let hash = try SHA256Hash()
    var left = 1_000_000
    var size = 1
    while left > 0 {
      let piece = min(size, left)
      try hash.update([UInt8](repeating: UInt8(ascii: "a"), count: piece))
      left -= piece
      size = size * 3 % 9973 + 1
    }
    #expect(
      try hash.finish().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func nothingIsAcceptedAfterTheEnd() throws {
    let hash = try SHA256Hash()
    _ = try hash.finish()
    #expect(
      throws: DigestError.native(
        call: "qbd_sha256_update", message: "the digest is already finished")
    ) {
      try hash.update([1])
    }
    #expect(throws: DigestError.self) { try hash.finish() }
  }
}
