import Foundation
import Testing

/// The gate through the real binary: exit status, messages, what is trained again.
@Suite(.serialized) struct GateTests {
  private static func spec(_ families: String = families(epochs: 2), dates: Int = 240) -> String {
    """
    {
      sources: ["real"],
      datasetParameters: { assets: 16, dates: \(dates) },
      families: ["mean_label", \(families)],
      seeds: 2, split: { folds: 2 }, intervals: { resamples: 50 }, explain: { rows: 0 },
    }
    """
  }

  private static func families(epochs: Int) -> String {
    """
    "linear", { id: "dnn", hyperparameters: { epochs: \(epochs), hidden: [8] } },
    { id: "external", name: "ours", hyperparameters: { command: ["sh", "model.sh"], format: "csv" } }
    """
  }

  private static let script = #"""
    awk -F, 'NR > 1 { print $3 }' "$QBENCH_TEST" > "$QBENCH_OUTPUT"
    """#

  /// One trusted run serves all, with its cells in the gate's own cache: training takes most of the time.
  @Test func aRunIsJudgedByItsBaseline() throws {
    let scratch = try Scratch()
    try scratch.write(Self.spec(), to: "spec.json5")
    try scratch.write(Self.script, to: "model.sh")
    let run = try Binary.run(
      "run", "spec.json5", "--out", "trusted", "--cache", "reports/cells", in: scratch.url)
    #expect(run.status == 0 && run.errors.hasPrefix("14 cells\n"), "\(run.errors)")
    let written = try Binary.run(
      "baseline", "write", "trusted", "--out", "base.json", in: scratch.url)
    #expect(written.status == 0 && written.output.hasSuffix("written: base.json\n"), "\(written)")

    try aRerunPassesWithIdenticalNumbers(scratch)
    try changedDataAreIncomparable(scratch)
    try aMissingFamilyIsMissing(scratch)
    try onlyTheEditedFamilyIsTrained(scratch)
    try aFailedCellIsMissingAndCannotBecomeABaseline(scratch)
  }

  private func gate(_ scratch: Scratch, _ arguments: String...) throws -> Binary.Result {
    try Binary.run(["gate", "--baseline", "base.json"] + arguments, in: scratch.url)
  }

  private func aRerunPassesWithIdenticalNumbers(_ scratch: Scratch) throws {
    #expect(try Binary.run("run", "spec.json5", "--out", "again", in: scratch.url).status == 0)
    let result = try gate(scratch, "--run", "again")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasSuffix("gate: pass (5 pass; 5 with identical predictions)\n"))
    // Small enough to be read.
    #expect(try scratch.data("base.json").count < 20_000)
  }

  private func changedDataAreIncomparable(_ scratch: Scratch) throws {
    try scratch.write(Self.spec(#""reversal""#, dates: 250), to: "longer.json5")
    let other = try gate(scratch, "--spec", "longer.json5", "--out", "longer", "--json")
    #expect(other.status == 3, "\(other.errors)")
    #expect(other.output.contains("dates 240 → 250"), "\(other.output)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(other.output.utf8)) as? [String: Any])
    #expect(report["status"] as? Int == 3)
  }

  private func aMissingFamilyIsMissing(_ scratch: Scratch) throws {
    try scratch.write(Self.spec(#""reversal""#), to: "fewer.json5")
    let fewer = try gate(scratch, "--spec", "fewer.json5", "--out", "fewer")
    #expect(fewer.status == 3)
    #expect(
      fewer.output.contains(
        "! real/linear rank_ic, real/dnn rank_ic, real/ours rank_ic: missing"), "\(fewer.output)")
    #expect(fewer.output.contains("not in the baseline, so not judged: real/reversal"))
  }

  /// From edit to verdict: of an edited family the cells are trained, of all others none.
  private func onlyTheEditedFamilyIsTrained(_ scratch: Scratch) throws {
    try scratch.write(Self.spec(Self.families(epochs: 3)), to: "edited.json5")
    // Nothing is said of a cache: that folder is the gate's own.
    let result = try gate(scratch, "--spec", "edited.json5", "--out", "edited")
    // Two folds and two seeds of dnn are left.
    #expect(
      result.errors.hasPrefix("14 cells, 10 already there (10 from the cache)\n"),
      "\(result.errors)")
    #expect(result.errors.contains("[4/4] real/dnn"))
    #expect(result.output.contains("; 4 with identical predictions)"))
    // Once more: nothing is left to train, and the verdict is the same.
    let again = try gate(scratch, "--spec", "edited.json5", "--out", "edited")
    #expect(again.errors.hasPrefix("14 cells, 14 already there\n"))
    #expect(again.output == result.output && again.status == result.status)
  }

  private func aFailedCellIsMissingAndCannotBecomeABaseline(_ scratch: Scratch) throws {
    try scratch.write("echo no luck >&2; exit 7\n", to: "model.sh")
    defer { try? scratch.write(Self.script, to: "model.sh") }
    let result = try gate(scratch, "--spec", "spec.json5", "--out", "failed")
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.contains("the command exited with status 7; its last words: no luck"))
    #expect(result.output.contains("; 4 with identical predictions)"))
    let refused = try Binary.run(
      "baseline", "write", "failed", "--out", "other.json", in: scratch.url)
    #expect(refused.status == 3 && !scratch.files(in: "").contains("other.json"))
    #expect(refused.errors.contains("real/ours, fold 0, seed 0: predict"))
  }

  @Test(arguments: [
    (["gate"], "needs --baseline FILE"),
    (["gate", "--baseline", "x", "--run", "a", "--spec", "b"], "either --run DIR or --spec SPEC"),
    (["gate", "--baseline", "none.json", "--run", "x"], "there is no such baseline"),
    (["gate", "--baseline", "x", "--run", "a", "--jobs", "2"], "--jobs has no effect with --run"),
    (
      ["gate", "--baseline", "x", "--spec", "a", "--junit", "no/x.xml"],
      "cannot write no/x.xml: no such folder"
    ),
    (["baseline", "write", "x", "--out", "y", "--seeds", "3"], "--seeds has no effect with"),
    (["gate", "--baseline", "cut.json", "--run", "x"], "is damaged: it is not valid JSON"),
    (
      ["gate", "--baseline", "cut.json", "--run", "x", "--policy", "p"], "give a JSON5 policy file"
    ),
    (["baseline", "write", "x"], "needs --out FILE"),
    (["baseline", "wriet", "x"], "did you mean 'write'"),
    (["baseline", "write", "x", "--out", "y"], "is no run directory"),
  ])
  func aMistakeIsOneLineAndStatusOne(_ arguments: [String], _ message: String) throws {
    let scratch = try Scratch()
    try scratch.write("{ \"schema\": 1", to: "cut.json")
    let result = try Binary.run(arguments, in: scratch.url)
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.count(where: { $0 == "\n" }) == 1)
  }
}
