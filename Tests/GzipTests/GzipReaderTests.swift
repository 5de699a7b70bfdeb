import Foundation
import Gzip
import Testing

/// Python's `gzip.compress(("buy low, sell high. " * 40).encode(), 9, mtime=0)`.
private let golden = [UInt8](
  Data(
    base64Encoded: "H4sIAAAAAAACA0sqrVTIyS/XUShOzclRyMhMz9BTSBoVGxUbFQOLAQAOy+/YIAMAAA==")
    ?? Data())
private let goldenText = String(repeating: "buy low, sell high. ", count: 40)

@Suite struct GzipReaderTests {
  @Test(arguments: [1, 7, 4096]) func plainFilesComeThroughUnchanged(block: Int) throws {
    let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try read(bytes, block: block) == bytes)
    #expect(try read(Array("a,b\n".utf8), block: block) == Array("a,b\n".utf8))
  }

  @Test(arguments: [1, 7, 4096]) func compressedFilesAreDecompressed(block: Int) throws {
    #expect(try read(golden, block: block) == Array(goldenText.utf8))
  }

  @Test func membersFollowOneAnother() throws {
    let members = member("first,") + member("") + golden + member("last")
    let expected = Array("first,".utf8) + Array(goldenText.utf8) + Array("last".utf8)
    for block in [1, 5, 10_000] { #expect(try read(members, block: block) == expected) }
  }

  @Test func zerosAfterTheLastMemberArePadding() throws {
    let padded = member("x") + [UInt8](repeating: 0, count: 600)
    #expect(try read(padded) == Array("x".utf8))
  }

  @Test func otherBytesAfterAMemberAreCorruption() throws {
    for tail in [Array("junk".utf8), [0, 0, 7], [0] + member("y"), [0x1f], [0x1f, 0x8b, 7]] {
      let error = #expect(throws: GzipError.self) { try read(member("x") + tail) }
      #expect(error?.path.hasSuffix("data") == true)
    }
    let error = #expect(throws: GzipError.self) { try read(golden + Array("junk".utf8)) }
    guard case .corrupt(_, let message)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(message == "bytes that are not gzip follow the compressed data")
  }

  @Test func truncationAnywhereIsReported() throws {
    let both = golden + member("tail")
    for length in 2..<both.count where length != golden.count {
      let error = #expect(throws: GzipError.self) { try read(Array(both[..<length])) }
      guard case .truncated(_, let message)? = error else {
        Issue.record("cut at \(length): \(String(describing: error))")
        continue
      }
      #expect(message == "unexpected end of file")
    }
  }

  @Test func aChangedChecksumOrLengthIsReportedInZlibsWords() throws {
    for (offset, words) in [(8, "incorrect data check"), (1, "incorrect length check")] {
      var bytes = golden
      bytes[bytes.count - offset] ^= 0x10
      let error = #expect(throws: GzipError.self) { try read(bytes) }
      guard case .corrupt(_, words)? = error else {
        Issue.record("\(offset): \(String(describing: error))")
        continue
      }
    }
  }

  @Test func aFlippedBitInTheDataIsNeverReadAsContent() throws {
    // Ten bytes of header hold a time and a system, which nothing checks.
    for index in 10..<golden.count {
      var bytes = golden
      bytes[index] ^= 1
      #expect(throws: GzipError.self, "byte \(index)") { try read(bytes) }
    }
  }

  @Test func anEmptyFileIsPlainAndEmpty() throws {
    #expect(try read([]) == [])
    #expect(try read([0x1f]) == [0x1f])
    let reader = try GzipReader(path: file([]))
    #expect(!reader.isCompressed)
    #expect(try GzipReader(path: file(golden)).isCompressed)
  }

  @Test func whatCannotBeOpenedSaysWhy() throws {
    let error = #expect(throws: GzipError.self) { try GzipReader(path: "/nowhere/at all") }
    #expect(error == .cannotOpen(path: "/nowhere/at all", message: "No such file or directory"))
    #expect(
      "\(try #require(error))"
        == "/nowhere/at all: cannot be opened (No such file or directory)")
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: GzipError.cannotRead(path: folder, message: "Is a directory")) {
      try GzipReader(path: folder)
    }
    #expect(throws: GzipError.self) { try GzipReader(path: "/tmp\0/x") }
  }

  @Test func anErrorStaysAnError() throws {
    let reader = try GzipReader(path: file(Array(golden[..<40])))
    for _ in 0..<3 { #expect(throws: GzipError.self) { try drain(reader, block: 4096) } }
  }

  @Test func everyHandleIsClosed() throws {
    let good = try file(golden)
    let cut = try file(Array(golden[..<40]))
    // More than a process may hold open at once.
    for _ in 0..<3000 {
      _ = try drain(GzipReader(path: good), block: 4096)
      #expect(throws: GzipError.self) { try drain(GzipReader(path: cut), block: 4096) }
    }
  }
}

/// A gzip member that stores its text uncompressed (RFC 1952 and 1951), built without zlib.
private func member(_ text: String) -> [UInt8] {
  let bytes = Array(text.utf8)
  func little(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
  var crc: UInt32 = ~0
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }
  let length = UInt32(bytes.count)
  return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] + [1] + little(length, 2)
    + little(~length & 0xffff, 2) + bytes + little(~crc, 4) + little(length, 4)
}

private func file(_ bytes: [UInt8]) throws -> String {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let file = folder.appendingPathComponent("data")
  try Data(bytes).write(to: file)
  return file.path
}

private func read(_ bytes: [UInt8], block: Int = 4096) throws -> [UInt8] {
  let path = try file(bytes)
  defer { try? FileManager.default.removeItem(atPath: String(path.dropLast("/data".count))) }
  return try drain(GzipReader(path: path), block: block)
}

private func drain(_ reader: GzipReader, block: Int) throws -> [UInt8] {
  var buffer = [UInt8](repeating: 0, count: block)
  var bytes: [UInt8] = []
  while true {
    let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}
