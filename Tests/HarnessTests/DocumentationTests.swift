import Foundation
import Market
import Testing

@testable import Harness

/// The specs shown in the documentation must go on meaning what they say.
@Suite struct DocumentationTests {
  private func blocks(of language: String, in page: String) throws -> [String] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    return text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test(arguments: ["Documentation/running.md", "Documentation/features.md", "README.md"])
  func everySpecResolves(_ page: String) throws {
    let specs = try blocks(of: "json5", in: page)
    #expect(!specs.isEmpty)
    for spec in specs {
      #expect(throws: Never.self, "\(spec)") {
        try Profile.quick.experiment.overlaid(by: Data(spec.utf8), named: page).resolved()
      }
    }
  }

  /// Nothing can be named in a spec that the spec page does not show.
  @Test func theSpecPageShowsEverySetting() throws {
    let shown = try blocks(of: "json5", in: "Documentation/running.md").joined()
    let data = try StrictJSON.encode(Profile.quick.experiment)
    guard case .object(let spec) = try JSONDecoder().decode(JSONValue.self, from: data) else {
      Issue.record("no object")
      return
    }
    for (key, value) in spec where key != "schema" {
      #expect(shown.contains("\(key):"), "\(key)")
      guard case .object(let inner) = value else { continue }
      for name in inner.keys where name != "options" {
        #expect(shown.contains("\(name):"), "\(name)")
      }
    }
  }
}
