import Foundation
import Market
import Testing

@testable import Harness

@Suite struct GatePolicyTests {
  private func read(_ text: String) throws -> GatePolicy {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("policy-\(UUID().uuidString).json5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try GatePolicy.read(path)
  }

  @Test func anyPartOfItCanBeGiven() throws {
    #expect(try read("{}") == GatePolicy())
    let policy = try read(
      """
      {
        metrics: ["rank_ic", { id: "mae", tolerance: 0.01 },
          { id: "icir", tolerance: { standardErrors: 2 } }],
        alpha: 0.01, families: ["dnn"], inconclusive: "fail", budget: { seconds: 5 },
      }
      """)
    #expect(
      policy.metrics == [
        GatedMetric("rank_ic"), GatedMetric("mae", tolerance: .absolute(0.01)),
        GatedMetric("icir", tolerance: .standardErrors(2)),
      ])
    #expect(policy.alpha == 0.01 && policy.inconclusive == .fail)
    #expect(policy.budget.seconds == 5 && policy.budget.megabytes == 2)
  }

  @Test(arguments: [
    ("{ alfa: 0.05 }", "alpha"), ("{ alpha: 0.6 }", "less than 0.5"),
    ("{ metrics: [] }", "at least one metric"), ("{ metrics: [\"rankic\"] }", "rank_ic"),
    ("{ metrics: [\"ic\", \"ic\"] }", "each once"),
    ("{ metrics: [{ id: \"ic\", tolerance: -1 }] }", "number from 0"),
    ("{ metrics: [{ id: \"ic\", tolerence: 1 }] }", "tolerance"),
    ("{ inconclusive: \"ignore\" }", "pass, fail"), ("{ budget: { seconds: 0.5 } }", "ratio"),
    ("{ power: 0.2 }", "more than 0.5"), ("{ schema: 2 }", "accepted: 1"), ("[]", "object"),
    ("{ bootstrap: { resamples: 5 } }", "100 to"), ("{ alpha: NaN }", "a finite number"),
    ("{ metrics: [{ id: \"ic\", tolerance: \"much\" }] }", "number from 0, or {"),
    ("{ metrics: [{ id: \"ic\", tolerance: {} }] }", "number from 0, or {"),
    ("{ metrics: [{ id: \"ic\", tolerance: { standardErrors: -1 } }] }", "standardErrors: -1"),
    ("{ metrics: [{ tolerance: 1 }] }", "its id"), ("{ metrics: [1] }", "its id"),
  ])
  func aMistakeSaysWhatIsAccepted(_ text: String, _ part: String) throws {
    let error = try #require(throws: SpecError.self) { try read(text) }
    #expect(error.description.contains(part), "\(error)")
    // Whatever is wrong with it, the file is named, but for a name that is not in a registry.
    if case .unknown = error { return }
    #expect(error.description.contains("policy-"), "\(error)")
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test func thePolicyThatIsShownIsRead() throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "Documentation/gate.md"), encoding: .utf8)
    let block = try #require(
      page.components(separatedBy: "```json5\n").dropFirst().first?
        .components(separatedBy: "```").first)
    let policy = try read(block)
    #expect(policy.metrics.count == 3)
    // But for its metrics it shows the defaults.
    var plain = policy
    plain.metrics = GatePolicy().metrics
    #expect(plain == GatePolicy())
    // And every key there is.
    let data = try StrictJSON.encode(GatePolicy())
    guard case .object(let keys) = try JSONDecoder().decode(JSONValue.self, from: data) else {
      Issue.record("no object")
      return
    }
    for key in keys.keys where key != "schema" { #expect(block.contains("\(key):"), "\(key)") }
  }

  @Test func policiesAndSpecsThatAreKeptAreRead() throws {
    for path in [
      "Examples/ci/policy.json5", "benchmarks/gate/self-policy.json5",
      "benchmarks/gate/calibration.json5",
    ] {
      #expect(throws: Never.self) { try GatePolicy.read(Self.root.appending(path: path).path) }
    }
    for path in ["benchmarks/gate/self.json5", "benchmarks/gate/seeds.json5"] {
      let file = Self.root.appending(path: path)
      #expect(throws: Never.self) {
        try Profile.quick.experiment.overlaid(by: Data(contentsOf: file), named: path).resolved()
      }
    }
  }
}
