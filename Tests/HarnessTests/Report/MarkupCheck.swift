/// A look at markup: every element that is opened is closed in its turn, and every attribute is quoted.
///
/// - Returns: What is wrong, or `nil`.
func markupFault(in page: String) -> String? {
  let bytes = Array(page.utf8)
  let void: Set<String> = ["meta", "br", "hr", "img", "input"]
  var open: [String] = []
  var at = 0
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
  while at < bytes.count {
    guard bytes[at] == UInt8(ascii: "<") else {
      at += 1
      continue
    }
    // To the end of the tag, past whatever stands in quotes.
    var (end, quoted) = (at + 1, false)
    while end < bytes.count, quoted || bytes[end] != UInt8(ascii: ">") {
      if bytes[end] == UInt8(ascii: "\"") { quoted.toggle() }
      if !quoted, bytes[end] == UInt8(ascii: "<") { return "a bare < in \(text(at..<end))" }
      end += 1
    }
    guard end < bytes.count else { return "a tag without end: \(text(at..<min(at + 80, end)))" }
    let tag = text(at + 1..<end)
    at = end + 1
    if tag.hasPrefix("!") { continue }
    let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
    if tag.hasPrefix("/") {
      guard open.popLast() == name else { return "</\(name)> closes nothing of its own" }
      continue
    }
    var outside = true
    var words = ""
    let isEmpty = tag.hasSuffix("/")
    for character in tag.dropFirst(name.count).dropLast(isEmpty ? 1 : 0) {
      if character == "\"" { outside.toggle() } else if outside { words.append(character) }
    }
    for word in words.split(separator: " ") where word.contains("=") && !word.hasSuffix("=") {
      return "an attribute without quotes: <\(tag)>"
    }
    if isEmpty || void.contains(name) { continue }
    if name == "script" || name == "style" {
      // Their content is no markup.
      let close = Array("</\(name)>".utf8)
      while at < bytes.count, !bytes[at...].starts(with: close) { at += 1 }
      at += close.count
      continue
    }
    open.append(name)
  }
  return open.isEmpty ? nil : "never closed: \(open.joined(separator: ", "))"
}
