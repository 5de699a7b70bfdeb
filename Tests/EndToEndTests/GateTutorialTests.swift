import Foundation
import Testing

/// The tutorial is done as it is printed, in an empty folder.
@Suite(.serialized) struct GateTutorialTests {
  /// A shell block, and lines that its output must hold.
  struct Step {
    let commands: String
    let expected: [String]
  }

  static func steps() throws -> [Step] {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Documentation/gate-tutorial.md")
    var steps: [Step] = []
    var block: (language: String, lines: [String])?
    for line in try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n") {
      guard line.hasPrefix("```") else {
        block?.lines.append(line)
        continue
      }
      guard let done = block else {
        block = (String(line.dropFirst(3)), [])
        continue
      }
      if done.language == "sh" {
        steps.append(Step(commands: done.lines.joined(separator: "\n"), expected: []))
      } else if let last = steps.popLast() {
        steps.append(Step(commands: last.commands, expected: done.lines))
      }
      block = nil
    }
    return steps
  }

  @Test func everyCommandDoesWhatThePageSays() throws {
    let scratch = try Scratch()
    let steps = try Self.steps()
    #expect(steps.count == 8)
    #expect(steps.flatMap(\.expected).contains("exit status 2"))
    for step in steps {
      let result = try Binary.shell(step.commands, in: scratch.url)
      let output = result.output
      #expect(result.status == 0, "\(step.commands)\n\(output)")
      for line in step.expected { #expect(output.contains(line), "\(line)\n\(output)") }
    }
    for name in ["junit.xml", "gate.sarif", "gate.md"] {
      #expect(String(decoding: try scratch.data(name), as: UTF8.self).contains("ours"))
    }
    try theExamplesDoTheSame(in: scratch)
  }

  /// What the files for CI services run, on the tutorial's model as it is at the end, and made worse again.
  private func theExamplesDoTheSame(in scratch: Scratch) throws {
    for name in ["junit.xml", "gate.sarif", "gate.md"] {
      try FileManager.default.removeItem(at: scratch.url.appending(path: name))
    }
    let green = try Binary.shell(
      GateExamples.github(), in: scratch.url,
      adding: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"])
    #expect(green.status == 0 && !green.output.contains("::error"), "\(green.output)")
    // The same cells as before, in a folder of their own: all of them from the gate's cache.
    #expect(green.output.contains("already there ("), "\(green.output)")
    let steps = try Self.steps()
    let worse = try #require(
      steps.lazy.compactMap { $0.commands.firstMatch(of: /sed -i .*/) }.first)
    let red = try Binary.shell("\(worse.output)\n" + GateExamples.gitlab(), in: scratch.url)
    #expect(red.status == 2 && red.output.contains("✗ real/ours rank_ic: regression"), "\(red)")
    for (name, words) in [
      ("gate.xml", "<failure"), ("gate.sarif", "2.1.0"), ("summary.md", "## ✅"),
      ("gate.md", "**real/ours"),
    ] {
      #expect(String(decoding: try scratch.data(name), as: UTF8.self).contains(words), "\(name)")
    }
  }
}
