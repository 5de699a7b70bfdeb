import Digest
import Market

/// SHA-256 over the canonical content of a file: equal data give equal digests in any container.
///
/// Fed in a fixed order (see `Documentation/file-format.md`). Counts and lengths are unsigned
/// 64-bit, numbers little-endian, texts UTF-8 after their length, every NaN the one quiet NaN. Title,
/// source, spec and the rest of `FileMetadata` stay outside: they say how content came to be.
struct ContentHash {
  private let hash: SHA256Hash

  init(kind: FileKind) throws {
    hash = try SHA256Hash()
    try add("qbench content 1")
    try add(kind.rawValue)
  }

  func add(_ text: String) throws {
    let bytes = Array(text.utf8)
    try add(bytes.count)
    try hash.update(bytes)
  }

  func add(_ count: Int) throws {
    try withUnsafeBytes(of: UInt64(count).littleEndian) { bytes in try hash.update(bytes) }
  }

  func add(_ texts: [String]) throws {
    try add(texts.count)
    for text in texts { try add(text) }
  }

  func add(_ dates: [TradingDate]) throws {
    try add(dates.map(\.daysSinceEpoch))
  }

  func add(_ numbers: [Int32]) throws {
    try add(numbers.count)
    try addBits(numbers)
  }

  /// Adds values without a count.
  ///
  /// - Precondition: canonical, see `makeCanonical`.
  func addBits<Number: BitwiseCopyable>(_ values: [Number]) throws {
    // Every platform Swift supports here is little-endian, so memory is already canonical.
    try values.withUnsafeBytes { bytes in try hash.update(bytes) }
  }

  /// Attributes in byte order of their names, `nil` as the empty text.
  func add(attributes: [String: [String?]]) throws {
    try add(attributes.count)
    for name in attributes.keys.sorted(by: precedesInBytes) {
      try add(name)
      try add((attributes[name] ?? []).map { $0 ?? "" })
    }
  }

  func finish() throws -> String { try hash.finish().hex }
}

/// Whether a text comes first by its UTF-8 bytes, which no locale or Unicode version can change.
func precedesInBytes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}

/// Replaces every NaN by the one quiet NaN, 0x7fc00000; arrays that need no change are not copied.
func makeCanonical(_ values: inout [Float]) {
  let canonical = Float.nan.bitPattern
  let needed = values.withUnsafeBufferPointer { source in
    source.contains { $0.isNaN && $0.bitPattern != canonical }
  }
  guard needed else { return }
  for index in values.indices where values[index].isNaN { values[index] = .nan }
}
