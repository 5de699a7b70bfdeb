import Foundation
import Testing

/// What the files for CI services have a shell do.
enum GateExamples {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples/ci")

  static func text(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  static func github() throws -> String {
    let step = try block("- name: Gate", of: "github-workflow.yml")
    return try #require(step.components(separatedBy: "run: |").last)
  }

  /// Lines of a folded block are one.
  static func gitlab() throws -> String {
    try block("- >-", of: "gitlab-ci.yml").replacingOccurrences(of: "\n", with: " ")
  }

  /// The lines that follow one which ends in `key` and are indented deeper.
  private static func block(_ key: String, of file: String) throws -> String {
    let lines = try text(file).components(separatedBy: "\n")
    let start = try #require(lines.firstIndex { $0.hasSuffix(key) })
    func depth(_ line: String) -> Int { line.prefix { $0 == " " }.count }
    let body = lines[(start + 1)...].prefix { depth($0) > depth(lines[start]) || $0.isEmpty }
    return body.joined(separator: "\n")
  }
}
