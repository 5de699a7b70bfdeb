import Foundation
import Testing

/// The hook around the gate; what the services' files run is done with the tutorial's model.
@Suite struct GateExamplesTests {
  /// Tells how it was called, and ends as it is told.
  private static let pretended = #"""
    #!/bin/sh
    echo "called: $*"
    echo "first on the path: ${PATH%%:*}"
    exit "$STATUS"
    """#

  @Test func thePreMergeHookPassesTheVerdictOn() throws {
    let scratch = try Scratch()
    try scratch.write(GateExamples.text("pre-merge"), to: "pre-merge")
    try scratch.write(Self.pretended + "\n", to: "pretended")
    func hook(_ status: Int, _ variables: [String: String] = [:]) throws -> Binary.Result {
      // As git calls it before a push: with the remote's name and address.
      try Binary.shell(
        "chmod +x pretended; bash pre-merge origin https://example.org/x.git", in: scratch.url,
        adding: ["QBENCH": "./pretended", "STATUS": "\(status)"].merging(variables) { $1 })
    }
    let start = try hook(0)
    #expect(start.status == 3 && start.output.contains("no baseline.json yet"), "\(start)")
    #expect(
      start.output.contains(
        "run bench.json5 --out trusted && ./pretended baseline write trusted --out baseline.json"))

    try scratch.write("{}", to: "baseline.json")
    try FileManager.default.createDirectory(
      at: scratch.url.appending(path: ".venv/bin"), withIntermediateDirectories: true)
    for (status, words) in [
      (0, "called"), (1, "ended with status 1"), (2, "a model became worse"),
      (3, "could not be judged"),
    ] {
      let result = try hook(status)
      #expect(result.status == Int32(status) && result.output.contains(words), "\(result)")
      #expect(
        result.output.contains(
          "called: gate --baseline baseline.json --spec bench.json5 --policy policy.json5"))
      #expect(result.output.contains("first on the path: \(scratch.url.path)/.venv/bin"))
    }
    #expect(try hook(0, ["SPEC": "other.json5"]).output.contains("--spec other.json5"))
  }
}
