import Foundation

/// Where findings point: the baseline in the repository, at the line of the row.
public struct GateLocation: Sendable {
  /// Relative to the current folder where the file lies in it.
  let path: String
  private let lines: [Substring]

  /// A file that cannot be read has its findings on line 1.
  public init(_ path: String) {
    let here = FileManager.default.currentDirectoryPath + "/"
    let whole = URL(fileURLWithPath: path).standardizedFileURL.path
    self.path = whole.hasPrefix(here) ? String(whole.dropFirst(here.count)) : whole
    let text = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The path as a URI reference.
  var uri: String {
    let escaped =
      path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "baseline.json"
    return path.hasPrefix("/") ? "file://\(escaped)" : escaped
  }

  /// The line on which the row's name stands; 1 where it does not.
  func line(of name: String, _ source: String) -> Int {
    func value(_ key: String, _ line: Substring) -> String? {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].contains("\"\(key)\"") else { return nil }
      let text = parts[1].drop { $0 == " " }
      let data = Data((text.hasSuffix(",") ? text.dropLast() : text).utf8)
      return try? JSONDecoder().decode(String.self, from: data)
    }
    // Keys are sorted, so a row's source follows its name.
    for (index, line) in lines.enumerated() where value("name", line) == name {
      let following = lines[index...].lazy.compactMap { value("training_source", $0) }.first
      if following == source { return index + 1 }
    }
    return 1
  }
}
