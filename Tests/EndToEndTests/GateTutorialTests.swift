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
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-eu", "-c", step.commands]
      process.currentDirectoryURL = scratch.url
      var environment = ProcessInfo.processInfo.environment
      environment["PATH"] =
        Binary.url.deletingLastPathComponent().path + ":" + (environment["PATH"] ?? "")
      environment["GITHUB_ACTIONS"] = nil
      process.environment = environment
      let log = scratch.url.appending(path: ".log")
      try Data().write(to: log)
      let handle = try FileHandle(forWritingTo: log)
      (process.standardOutput, process.standardError) = (handle, handle)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let output = try String(contentsOf: log, encoding: .utf8)
      #expect(process.terminationStatus == 0, "\(step.commands)\n\(output)")
      for line in step.expected { #expect(output.contains(line), "\(line)\n\(output)") }
    }
    for name in ["junit.xml", "gate.sarif", "gate.md"] {
      #expect(String(decoding: try scratch.data(name), as: UTF8.self).contains("ours"))
    }
  }
}
