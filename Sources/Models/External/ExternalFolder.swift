import Foundation

/// A private folder for one run of a command, removed when it is done.
struct ExternalFolder {
  /// Names a folder in which the folders of commands are made, and kept to look into.
  static let keepVariable = "QBENCH_KEEP_EXTERNAL"

  let path: String
  let isKept: Bool

  var output: String { path + "/predictions" }
  var standardOutput: String { path + "/stdout.txt" }
  var standardError: String { path + "/stderr.txt" }

  /// - Throws: `ExternalError.cannotPrepare`.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let kept = environment[Self.keepVariable].flatMap { $0.isEmpty ? nil : $0 }
    let base = kept ?? FileManager.default.temporaryDirectory.path
    let absolute = URL(fileURLWithPath: base, isDirectory: true).path
    var template = Array("\(absolute)/qbench-external-XXXXXX".utf8CString)
    // mkdtemp makes it readable to this user alone.
    guard let made = mkdtemp(&template) else {
      throw ExternalError.cannotPrepare(
        "no folder in \(absolute): \(String(cString: strerror(errno)))")
    }
    path = String(cString: made)
    isKept = kept != nil
  }

  func remove() {
    if !isKept { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The end of what the command wrote to standard error: one line of at most 500 characters.
  ///
  /// The folder's own name, different every time, is given as its variable, so that the same
  /// failure reads the same.
  func lastWords() -> String {
    guard let file = FileHandle(forReadingAtPath: standardError) else { return "" }
    defer { try? file.close() }
    let size = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: size > 8192 ? size - 8192 : 0)
    let tail = (try? file.read(upToCount: 8192)) ?? Data()
    let lines = String(decoding: tail, as: UTF8.self)
      .replacingOccurrences(of: path, with: "$QBENCH_FOLDER")
      .split(whereSeparator: \.isNewline).map { Self.printable($0) }.filter { !$0.isEmpty }
    let text = lines.suffix(4).joined(separator: " | ")
    return text.count > 500 ? "…" + text.suffix(499) : text
  }

  /// Without control characters, which would reach a terminal, and without outer blanks.
  static func printable(_ text: some StringProtocol) -> String {
    let kept = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    }
    return String(kept).trimmingCharacters(in: .whitespaces)
  }
}
