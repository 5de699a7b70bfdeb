import CXGBoost

extension Booster {
  /// The model as bytes that `init(bytes:)` accepts: UBJSON behind a header with its checksum.
  ///
  /// The library trusts what it loads, so the header is what tells a damaged file from a whole one.
  public func bytes() throws(TreesError) -> [UInt8] {
    let body = try save(as: "ubj")
    return Self.magic + littleEndian(UInt64(body.count)) + littleEndian(checksum(body)) + body
  }

  /// The model as libxgboost's own JSON, which its other language bindings load.
  public func json() throws(TreesError) -> String {
    String(decoding: try save(as: "json"), as: UTF8.self)
  }

  /// Loads what `bytes()` gave.
  ///
  /// - Throws: `TreesError.damagedModel` for bytes of another kind, cut short or changed.
  public convenience init(bytes: [UInt8], threads: Int = 1) throws(TreesError) {
    let header = Self.magic.count + 16
    guard bytes.count >= header, Array(bytes.prefix(Self.magic.count)) == Self.magic else {
      throw .damagedModel(reason: "no header of ours")
    }
    let length = Self.number(bytes[Self.magic.count..<Self.magic.count + 8])
    let body = Array(bytes[header...])
    guard length == UInt64(body.count) else {
      throw .damagedModel(reason: "holds \(body.count) bytes of \(length)")
    }
    guard Self.number(bytes[Self.magic.count + 8..<header]) == checksum(body) else {
      throw .damagedModel(reason: "the checksum differs")
    }
    var handle: OpaquePointer?
    try check("loading", cxgb_booster_load(body, UInt64(body.count), &handle))
    guard let handle else { throw .native(call: "loading", message: "no handle") }
    try self.init(adopting: handle, threads: threads)
  }

  private static let magic = Array("QBTREES1".utf8)

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func save(as format: String) throws(TreesError) -> [UInt8] {
    var bytes: UnsafePointer<CChar>?
    var count: UInt64 = 0
    try check("saving", cxgb_booster_save(handle, format, &bytes, &count))
    guard let bytes, let size = Int(exactly: count) else {
      throw .native(call: "saving", message: "no bytes")
    }
    return Array(UnsafeRawBufferPointer(start: bytes, count: size))
  }
}

private func littleEndian(_ value: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}

/// FNV-1a over 64 bits: enough to see a damaged file, no protection from a forged one.
private func checksum(_ bytes: [UInt8]) -> UInt64 {
  bytes.withUnsafeBufferPointer { bytes in
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
