import Gzip

/// Cuts a text file into records and fields, block by block, without a `String` per field.
///
/// Follows RFC 4180, and takes what real files have beside it: a byte-order mark, CRLF or CR line
/// ends, blank lines (skipped), and blanks around fields (removed). A quoted field may hold
/// delimiters, doubled quotes and line ends. Fields are bytes inside the reader's buffer and valid
/// until the next record is read.
struct RecordReader: ~Copyable {
  /// What was met on the way and needs no action of the user.
  struct Oddities {
    var byteOrderMark = false
    var carriageReturns = 0
    var blankLines = 0
    var quotedFields = 0
  }

  /// A longer record is taken for a mistake, such as a quote that is never closed.
  static let longestRecord = 16 << 20

  let file: String
  let isCompressed: Bool
  private(set) var delimiter = UInt8(ascii: ",")
  private(set) var oddities = Oddities()
  /// The line on which the current record starts, counted from 1.
  private(set) var line = 0
  /// How many fields the current record has.
  private(set) var count = 0

  private let source: GzipReader
  private var buffer: UnsafeMutableBufferPointer<UInt8>
  /// Bytes of the buffer that are filled, and those already handed out.
  private var end = 0
  private var position = 0
  private var isDrained = false
  private var nextLine = 1
  /// Start and end of each field within the buffer.
  private var bounds: UnsafeMutableBufferPointer<Int>

  /// Opens a file and looks at its first block; no `delimiter` means the most frequent candidate of
  /// its first line.
  ///
  /// Throws `ImportError` where the file cannot be read or is no text.
  static func open(_ file: String, delimiter: UInt8?) throws -> RecordReader {
    let source: GzipReader
    do throws(GzipError) {
      source = try GzipReader(path: file)
    } catch {
      throw ImportError.unreadable(file: file, reason: error.cause)
    }
    var reader = RecordReader(source: source)
    try reader.begin()
    reader.delimiter = delimiter ?? reader.likelyDelimiter()
    return reader
  }

  private init(source: GzipReader) {
    self.source = source
    file = source.path
    isCompressed = source.isCompressed
    buffer = .allocate(capacity: 1 << 20)
    bounds = .allocate(capacity: 64)
  }

  /// Reads the first block and skips a byte-order mark.
  private mutating func begin() throws {
    try fill()
    if buffer[..<end].starts(with: [0xEF, 0xBB, 0xBF]) {
      oddities.byteOrderMark = true
      position = 3
    } else if buffer[..<end].starts(with: [0xFF, 0xFE])
      || buffer[..<end].starts(with: [0xFE, 0xFF])
    {
      throw ImportError.unreadable(file: file, reason: "the text is UTF-16; accepted: UTF-8")
    }
  }

  deinit {
    buffer.deallocate()
    bounds.deallocate()
  }

  /// The bytes of a field of the current record, unquoted and without blanks around it.
  ///
  /// - Precondition: `index < count`.
  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index < count)
    let start = bounds[2 * index]
    return UnsafeBufferPointer(
      start: buffer.baseAddress.map { $0 + start }, count: bounds[2 * index + 1] - start)
  }

  /// Where the current record starts.
  func place(_ column: String? = nil) -> ImportPlace {
    ImportPlace(file: file, line: line, column: column)
  }

  /// Moves to the next record that is not blank.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: `ImportError` where the file cannot be read on, or quotes or lengths make no sense.
  mutating func next() throws -> Bool {
    while true {
      switch try scan() {
      case .record: return true
      case .blank: oddities.blankLines += 1
      case .end: return false
      case .incomplete: try fill()
      }
    }
  }

  // MARK: - Scanning

  private enum Scan { case record, blank, end, incomplete }

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool {
    (byte == 0x20 || byte == 0x09) && byte != delimiter
  }

  /// Scans one record from `position`; changes nothing that matters when it is incomplete.
  private mutating func scan() throws -> Scan {
    if position == end, isDrained { return .end }
    let bytes = buffer.baseAddress!  // Never empty.
    let delimiter = delimiter
    let end = end
    var at = position
    var lines = 0
    var quotes = 0
    count = 0
    while true {
      while at < end, isBlank(bytes[at]) { at += 1 }
      var start = at
      var stop: Int
      if at < end, bytes[at] == Self.quote {
        guard let close = try closingQuote(from: at, lines: &lines) else { return .incomplete }
        start += 1
        stop = close
        at = close + 1
        quotes += 1
        while at < end, isBlank(bytes[at]) { at += 1 }
      } else {
        while at < end {
          let byte = bytes[at]
          if byte == delimiter || byte == Self.newline || byte == Self.carriageReturn { break }
          at += 1
        }
        stop = at
        while stop > start, isBlank(bytes[stop - 1]) { stop -= 1 }
      }
      // A carriage return may be the first half of a line end that the next block completes.
      if !isDrained, at == end || (bytes[at] == Self.carriageReturn && at + 1 == end) {
        return .incomplete
      }
      keep(start, stop)
      if at < end, bytes[at] == delimiter {
        at += 1
        continue
      }
      guard at == end || bytes[at] == Self.newline || bytes[at] == Self.carriageReturn else {
        throw ImportError.badRecord(
          ImportPlace(file: file, line: nextLine + lines),
          reason: "field \(count) goes on after its closing quote",
          accepted: "quotes around a whole field, and doubled quotes inside")
      }
      break
    }
    if at < end, bytes[at] == Self.carriageReturn {
      oddities.carriageReturns += 1
      at += 1
      if at < end, bytes[at] == Self.newline { at += 1 }
    } else if at < end {
      at += 1
    }
    position = at
    line = nextLine
    nextLine += lines + 1
    if quotes > 0 {
      oddities.quotedFields += quotes
      undouble()
    } else if count == 1, bounds[0] == bounds[1] {
      return .blank
    }
    return .record
  }

  /// The quote that closes the one at `opening`, or `nil` where the block ends before it.
  private func closingQuote(from opening: Int, lines: inout Int) throws -> Int? {
    let first = nextLine + lines
    var at = opening + 1
    while at < end {
      let byte = buffer[at]
      if byte == Self.quote {
        if at + 1 == end, !isDrained { return nil }
        guard at + 1 < end, buffer[at + 1] == Self.quote else { return at }
        at += 1
      } else if byte == Self.newline
        || (byte == Self.carriageReturn && !(at + 1 < end && buffer[at + 1] == Self.newline))
      {
        lines += 1
      }
      at += 1
    }
    guard isDrained else { return nil }
    throw ImportError.badRecord(
      ImportPlace(file: file, line: first), reason: "a quoted field is never closed",
      accepted: "a closing quote before the file ends")
  }

  private mutating func keep(_ start: Int, _ stop: Int) {
    if 2 * count == bounds.count {
      let larger = UnsafeMutableBufferPointer<Int>.allocate(capacity: 2 * bounds.count)
      _ = larger.update(fromContentsOf: bounds)
      bounds.deallocate()
      bounds = larger
    }
    bounds[2 * count] = start
    bounds[2 * count + 1] = stop
    count += 1
  }

  /// Makes one quote of two, in place, in the fields that were quoted.
  private mutating func undouble() {
    for index in 0..<count {
      let start = bounds[2 * index]
      guard start > 0, buffer[start - 1] == Self.quote else { continue }
      var written = start
      var at = start
      while at < bounds[2 * index + 1] {
        buffer[written] = buffer[at]
        at += buffer[at] == Self.quote ? 2 : 1
        written += 1
      }
      bounds[2 * index + 1] = written
    }
  }

  // MARK: - Blocks

  /// Moves the unread bytes to the front, makes room where there is none, and reads on.
  private mutating func fill() throws {
    let rest = end - position
    let base = buffer.baseAddress!  // Never empty.
    if position > 0 {
      base.update(from: base + position, count: rest)
    } else if rest == buffer.count {
      guard buffer.count < Self.longestRecord else {
        throw ImportError.badRecord(
          ImportPlace(file: file, line: nextLine),
          reason: "the record is longer than \(Self.longestRecord >> 20) MiB",
          accepted: "shorter lines; look for a quote that is never closed")
      }
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2 * buffer.count)
      _ = larger.update(fromContentsOf: buffer)
      buffer.deallocate()
      buffer = larger
    }
    position = 0
    end = rest
    do throws(GzipError) {
      while end < buffer.count, !isDrained {
        let room = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[end...])
        let got = try source.read(into: room)
        end += got
        isDrained = got == 0
      }
    } catch {
      throw ImportError.unreadable(file: file, reason: error.cause)
    }
  }

  /// The most frequent candidate of the first line, outside quotes; a comma where there is none.
  private func likelyDelimiter() -> UInt8 {
    let candidates = ",;\t|".utf8.map { $0 }
    var counts = [Int](repeating: 0, count: candidates.count)
    var isQuoted = false
    for byte in buffer[position..<end] {
      if byte == Self.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == Self.newline || byte == Self.carriageReturn {
        if counts.contains(where: { $0 > 0 }) { break }
        continue
      }
      if let index = candidates.firstIndex(of: byte) { counts[index] += 1 }
    }
    let best = counts.indices.max {
      counts[$0] < counts[$1] || (counts[$0] == counts[$1] && $0 > $1)
    }
    return candidates[best ?? 0]
  }
}
