import Foundation
import Market
import Models
import Testing

/// `Documentation/families.md` names every hyperparameter there is, with the default it has.
@Suite struct FamiliesPageTests {
  @Test(arguments: modelRegistry.entries)
  func everyHyperparameterStandsInATableWithItsDefault(_ entry: ModelEntry) throws {
    let given = entry.needsSettings ? #"{"command": ["true"]}"# : "{}"
    let resolved = try JSONDecoder().decode(
      JSONValue.self, from: entry.resolve(Data(given.utf8)))
    guard case .object(let hyperparameters) = resolved else {
      Issue.record("no object")
      return
    }
    let shown = try table(of: entry.id)
    #expect(Set(shown.keys) == Set(hyperparameters.keys))
    for (key, text) in shown where !Self.words.contains(text) {
      let value = try value(of: text)
      #expect(value == hyperparameters[key], "\(entry.id).\(key)")
    }
  }

  /// Defaults that no value stands for.
  private static let words: Set = ["none", "its defaults", "filled in"]

  /// What the rows `| keys | defaults | … |` of a family's section say; empty where it has no such table.
  private func table(of id: String) throws -> [String: String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("Documentation/families.md"), encoding: .utf8)
    let sections = page.components(separatedBy: "\n## ").flatMap {
      $0.components(separatedBy: "\n### ")
    }
    let section = try #require(sections.first { $0.hasPrefix("`\(id)`\n") })
    let lines = section.components(separatedBy: "\n")
    guard let header = lines.firstIndex(of: "| key | default | |") else { return [:] }
    var shown: [String: String] = [:]
    for line in lines[(header + 2)...].prefix(while: { $0.hasPrefix("|") }) {
      let cells = line.components(separatedBy: " | ")
      let keys = cells[0].dropFirst(2).components(separatedBy: ", ").map {
        $0.trimmingCharacters(in: ["`"])
      }
      let each = cells[1].hasSuffix(" each") ? String(cells[1].dropLast(5)) : nil
      let defaults = keys.count == 1 ? [cells[1]] : cells[1].components(separatedBy: ", ")
      for (index, key) in keys.enumerated() {
        shown[key] = each ?? (defaults.indices.contains(index) ? defaults[index] : "")
      }
    }
    return shown
  }

  /// JSON, perhaps in backticks, or a fraction.
  private func value(of text: String) throws -> JSONValue {
    let parts = text.split(separator: "/").compactMap { Double($0) }
    if parts.count == 2 { return .number(parts[0] / parts[1]) }
    return try JSONDecoder().decode(
      JSONValue.self, from: Data(text.trimmingCharacters(in: ["`"]).utf8))
  }
}
