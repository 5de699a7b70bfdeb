import Foundation
import Testing

/// The gate through the real binary: exit status, messages, what is trained again.
@Suite(.serialized) struct GateTests {
  private func spec(families: String, dates: Int = 240) -> String {
    """
    {
      sources: ["real"],
      datasetParameters: { assets: 16, dates: \(dates) },
      families: ["mean_label", \(families)],
      seeds: 2, split: { folds: 2 }, intervals: { resamples: 50 }, explain: { rows: 0 },
    }
    """
  }

  private static let script = #"""
    awk -F, 'NR > 1 { print SIGN * $3 }' "$QBENCH_TEST" > "$QBENCH_OUTPUT"
    """#

  /// A run called `trusted` and its baseline.
  private func scratch(families: String = #""linear""#) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(spec(families: families), to: "spec.json5")
    try scratch.write(
      Self.script.replacingOccurrences(of: "SIGN", with: "1"), to: "model.sh")
    #expect(try Binary.run("run", "spec.json5", "--out", "trusted", in: scratch.url).status == 0)
    let written = try Binary.run(
      "baseline", "write", "trusted", "--out", "base.json", in: scratch.url)
    #expect(written.status == 0 && written.output.hasSuffix("written: base.json\n"), "\(written)")
    return scratch
  }

  @Test func aRerunPassesWithIdenticalNumbers() throws {
    let scratch = try scratch()
    #expect(try Binary.run("run", "spec.json5", "--out", "again", in: scratch.url).status == 0)
    let result = try Binary.run(
      "gate", "--baseline", "base.json", "--run", "again", in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.hasSuffix("gate: pass (3 pass; 3 with identical predictions)\n"))
    let json = try Binary.run(
      "gate", "--baseline", "base.json", "--run", "again", "--json", in: scratch.url)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(report["status"] as? Int == 0)
    // Few, and small enough to be read.
    #expect(try scratch.data("base.json").count < 12_000)
  }

  @Test func changedDataAreIncomparableAndAMissingFamilyIsMissing() throws {
    let scratch = try scratch()
    try scratch.write(spec(families: #""linear""#, dates: 250), to: "longer.json5")
    let other = try Binary.run(
      "gate", "--baseline", "base.json", "--spec", "longer.json5", "--out", "longer",
      in: scratch.url)
    #expect(other.status == 3, "\(other.errors)")
    #expect(other.output.contains("dates 240 → 250"), "\(other.output)")
    try scratch.write(spec(families: #""reversal""#), to: "fewer.json5")
    let fewer = try Binary.run(
      "gate", "--baseline", "base.json", "--spec", "fewer.json5", "--out", "fewer", in: scratch.url)
    #expect(fewer.status == 3)
    #expect(fewer.output.contains("! real/linear rank_ic: missing"))
    #expect(fewer.output.contains("not in the baseline, so not judged: real/reversal"))
  }

  /// From edit to verdict: of an edited family the cells are trained, of all others none.
  @Test func onlyTheEditedFamilyIsTrained() throws {
    func families(_ epochs: Int) -> String {
      #""linear", { id: "dnn", hyperparameters: { epochs: \#(epochs), hidden: [8] } }"#
    }
    let scratch = try Scratch()
    try scratch.write(spec(families: families(2)), to: "spec.json5")
    let first = try Binary.run(
      "run", "spec.json5", "--out", "trusted", "--cache", "reports/cells", in: scratch.url)
    #expect(first.status == 0 && first.errors.hasPrefix("10 cells\n"), "\(first.errors)")
    #expect(
      try Binary.run("baseline", "write", "trusted", "--out", "base.json", in: scratch.url).status
        == 0)
    try scratch.write(spec(families: families(3)), to: "spec.json5")
    // Nothing is said of a cache: that folder is the gate's own.
    let result = try Binary.run(
      "gate", "--baseline", "base.json", "--spec", "spec.json5", "--out", "edited", in: scratch.url)
    // Two folds and two seeds of dnn are left.
    #expect(
      result.errors.hasPrefix("10 cells, 6 already there (6 from the cache)\n"), "\(result.errors)")
    #expect(result.errors.contains("[4/4] real/dnn"))
    #expect(result.output.contains("; 3 with identical predictions)"))
    // Once more: nothing is left to train, and the verdict is the same.
    let again = try Binary.run(
      "gate", "--baseline", "base.json", "--spec", "spec.json5", "--out", "edited", in: scratch.url)
    #expect(again.errors.hasPrefix("10 cells, 10 already there\n"))
    #expect(again.output == result.output && again.status == result.status)
  }

  @Test func aFailedCellIsMissingAndCannotBecomeABaseline() throws {
    let family = """
      { id: "external", name: "ours", hyperparameters: { command: ["sh", "model.sh"], format: "csv" } }
      """
    let scratch = try scratch(families: family)
    try scratch.write("echo no luck >&2; exit 7\n", to: "model.sh")
    let result = try Binary.run(
      "gate", "--baseline", "base.json", "--spec", "spec.json5", "--out", "failed", in: scratch.url)
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.contains("the command exited with status 7; its last words: no luck"))
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
