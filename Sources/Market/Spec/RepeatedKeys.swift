import Foundation

/// Looks for keys that an object of a JSON5 text gives twice, which decoders pass over in silence.
///
/// For texts that a decoder has accepted. It tells apart only what keys need: strings in either quotes,
/// comments, brackets, colons and commas; whatever else is there is part of a word.
struct RepeatedKeys {
  private struct Container {
    let isList: Bool
    var seen: Set<String> = []
    /// Where in it the scan is: under this key, or at this position.
    var key = ""
    var position = 0
  }

  private let text: [UInt8]
  private var place = 0
  private var containers: [Container] = []

  /// The first key that is given again, with its place, such as `families[1].name`; `nil` where none is.
  static func first(in data: Data) -> String? {
    var scan = RepeatedKeys(text: utf8(data))
    return scan.first()
  }

  private init(text: [UInt8]) { self.text = text }

  private mutating func first() -> String? {
    // What a colon would make a key.
    var word = 0..<0
    while place < text.count {
      let start = place
      let byte = text[place]
      place += 1
      switch byte {
      case _ where Self.spaces.contains(byte): continue
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        skipString(closedBy: byte)
        word = start..<place
      case UInt8(ascii: "/"): skipComment()
      case UInt8(ascii: "{"): containers.append(Container(isList: false))
      case UInt8(ascii: "["): containers.append(Container(isList: true))
      case UInt8(ascii: "}"), UInt8(ascii: "]"): containers.removeLast(containers.isEmpty ? 0 : 1)
      case UInt8(ascii: ","):
        if let last = containers.indices.last { containers[last].position += 1 }
      case UInt8(ascii: ":"):
        guard let last = containers.indices.last, !containers[last].isList else { continue }
        containers[last].key = name(word)
        guard containers[last].seen.insert(containers[last].key).inserted else { return path }
      default:
        while place < text.count, !Self.ends.contains(text[place]) { place += 1 }
        word = start..<place
      }
    }
    return nil
  }

  private static let spaces: Set<UInt8> = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]
  private static let ends = spaces.union("\"'/{}[],:".utf8)

  private mutating func skipString(closedBy quote: UInt8) {
    while place < text.count, text[place] != quote {
      place += text[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    place = min(place + 1, text.count)
  }

  /// From behind a first slash.
  private mutating func skipComment() {
    guard place < text.count else { return }
    switch text[place] {
    case UInt8(ascii: "/"):
      while place < text.count, text[place] != 0x0a, text[place] != 0x0d { place += 1 }
    case UInt8(ascii: "*"):
      place += 1
      while place + 1 < text.count,
        text[place] != UInt8(ascii: "*") || text[place + 1] != UInt8(ascii: "/")
      {
        place += 1
      }
      place = min(place + 2, text.count)
    default: return
    }
  }

  /// A key as its decoder reads it, which is left to tell what an escape means.
  private func name(_ word: Range<Int>) -> String {
    let raw = text[word]
    if raw.contains(UInt8(ascii: "\\")) {
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      let object = Data("{".utf8) + raw + Data(":0}".utf8)
      if let key = try? decoder.decode([String: Int].self, from: object).keys.first { return key }
    }
    let isQuoted = raw.first == UInt8(ascii: "\"") || raw.first == UInt8(ascii: "'")
    return String(decoding: isQuoted ? raw.dropFirst().dropLast() : raw, as: UTF8.self)
  }

  private var path: String {
    containers.reduce("") { path, container in
      container.isList
        ? "\(path)[\(container.position)]"
        : path.isEmpty ? container.key : "\(path).\(container.key)"
    }
  }

  /// JSON is UTF-8, unless a mark or zeros at its start tell of another encoding.
  private static func utf8(_ data: Data) -> [UInt8] {
    let start = Array(data.prefix(4)) + [1, 1, 1, 1]
    let encoding: String.Encoding? =
      switch (start[0], start[1], start[2], start[3]) {
      case (0, 0, 0xfe, 0xff), (0, 0, 0, _): .utf32BigEndian
      case (0xff, 0xfe, 0, 0), (_, 0, 0, 0): .utf32LittleEndian
      case (0xfe, 0xff, _, _), (0, _, _, _): .utf16BigEndian
      case (0xff, 0xfe, _, _), (_, 0, _, _): .utf16LittleEndian
      default: nil
      }
    return encoding.flatMap { String(data: data, encoding: $0) }.map { Array($0.utf8) }
      ?? Array(data)
  }
}
