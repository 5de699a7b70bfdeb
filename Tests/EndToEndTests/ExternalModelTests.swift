import Foundation
import TestSupport
import Testing

/// Models of a user's own, through the real binary and its workers.
@Suite(.serialized) struct ExternalModelTests {
  static let examples = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Examples/external")
    .path

  private func scratch(_ families: String, more: String = "") throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(
      """
      {
        sources: ["real"],
        datasetParameters: { assets: 8, dates: 180 },
        families: [\(families)],
        seeds: 1, split: { folds: 2, embargo: 10 }, intervals: { resamples: 50 },
        \(more)
      }
      """, to: "spec.json5")
    return scratch
  }

  private func rows(_ scratch: Scratch, _ run: String) throws -> [String: [String: Any]] {
    let json = try JSONSerialization.jsonObject(with: scratch.data("\(run)/leaderboard.json"))
    let rows = (json as? [String: Any])?["rows"] as? [[String: Any]] ?? []
    return Dictionary(
      rows.compactMap { row in (row["name"] as? String).map { ($0, row) } },
      uniquingKeysWith: { first, _ in first })
  }

  private func line(of name: String, in scratch: Scratch) throws -> String {
    String(decoding: try scratch.data(name), as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  @Test func commandsStandInTheTableAndTheirFailuresHaveReasons() throws {
    let scratch = try scratch(
      """
      { id: "external", name: "awk", hyperparameters: {
        command: ["\(Self.examples)/shell_model.sh"], format: "csv" } },
      { id: "external", name: "broken", hyperparameters: { command: ["sh", "broken.sh"] } },
      { id: "external", name: "stuck", hyperparameters: {
        command: ["sleep", "300"], timeoutSeconds: 0.2 } },
      """)
    // What a command prints must not be taken for the worker's answers.
    try scratch.write("echo '{\"ready\":{}}'; echo no luck >&2; exit 7\n", to: "broken.sh")
    let result = try Binary.run("run", "spec.json5", "--jobs", "1", "--out", "run", in: scratch.url)
    #expect(result.status == 3, "\(result.errors)")
    #expect(
      result.output.contains(
        "✗ broken, fold 1, seed 0 failed at predict: the command exited with status 7; "
          + "its last words: no luck"), "\(result.output)")
    #expect(
      result.output.contains(
        "✗ stuck, fold 0, seed 0 failed at predict: the command took longer than 0.2 s"))
    let rows = try rows(scratch, "run")
    #expect(rows["awk"]?["failed"] as? Int == 0)
    #expect(rows["broken"]?["failed"] as? Int == 2)
    let metrics = rows["awk"]?["metrics"] as? [String: [String: Any]]
    #expect(metrics?["rank_ic"]?["mean"] is Double)
    #expect(scratch.workers().isEmpty)
  }

  /// What the command holds is its cell's: it is killed with the worker, not tried again, and the run goes on.
  @Test func aCellThatTakesTooMuchMemoryFailsAndTheRunGoesOn() throws {
    let scratch = try scratch(
      #""linear", { id: "external", name: "hog", hyperparameters: { command: ["sh", "hog.sh"] } }"#,
      more: "limits: { megabytes: 700 }")
    // `tail` holds a line until it has seen its end.
    try scratch.write(
      """
      echo $$ >> started
      { head -c 700000000 /dev/zero; sleep 300; } | tail
      """, to: "hog.sh")
    let result = try Binary.run("run", "spec.json5", "--jobs", "1", "--out", "run", in: scratch.url)
    #expect(result.status == 3, "\(result.errors)")
    let failure =
      /✗ hog, fold ([01]), seed 0 failed at predict: used (\d+) MiB, above the limit of 700 MiB/
    let found = result.output.matches(of: failure)
    #expect(Set(found.map(\.output.1)) == ["0", "1"], "\(result.output)")
    // The worker's own part of it, and the command's.
    for match in found {
      let used = try #require(Int(match.output.2))
      #expect((701...1500).contains(used))
    }
    let rows = try rows(scratch, "run")
    #expect(rows["linear"]?["failed"] as? Int == 0 && rows["hog"]?["failed"] as? Int == 2)
    let started = try line(of: "started", in: scratch).split(separator: "\n").map(String.init)
    #expect(started.count == 2)
    for _ in 0..<250 where started.contains(where: StrayProcess.isRunning) { usleep(20_000) }
    #expect(!started.contains(where: StrayProcess.isRunning) && scratch.workers().isEmpty)
  }

  @Test func anEditedScriptIsTrainedAnew() throws {
    let scratch = try scratch(
      """
      { id: "external", name: "mine", hyperparameters: {
        command: ["sh", "mine.sh"], format: "csv" } }
      """)
    let script = "awk -F, 'NR > 1 { print SIGN * $3 }' \"$QBENCH_TEST\" > \"$QBENCH_OUTPUT\"\n"
    func run(_ sign: String) throws -> [String: Any]? {
      try scratch.write(script.replacingOccurrences(of: "SIGN", with: sign), to: "mine.sh")
      let result = try Binary.run(
        "run", "spec.json5", "--jobs", "1", "--out", "run\(sign)", in: scratch.url)
      #expect(result.status == 0, "\(result.errors)")
      let metrics = try rows(scratch, "run\(sign)")["mine"]?["metrics"] as? [String: [String: Any]]
      return metrics?["rank_ic"]
    }
    let (plus, minus) = (try #require(try run("1")?["mean"] as? Double), try run("-1")?["mean"])
    #expect(abs(plus + (minus as? Double ?? .nan)) < 1e-6)
    #expect(
      Set(scratch.files(in: "run1/cells")).intersection(scratch.files(in: "run-1/cells")).count
        == 2)
    // The run of the old script does not go on with the new one.
    let again = try Binary.run("run", "spec.json5", "--jobs", "1", "--out", "run1", in: scratch.url)
    #expect(again.status == 1 && again.errors.contains("families"), "\(again.errors)")
  }

  @Test(.enabled(if: PeerPython.command != nil, "needs a python3 with h5py and scikit-learn"))
  func thePythonExampleRuns() throws {
    let python = try #require(PeerPython.command)
    let scratch = try scratch(
      """
      { id: "external", name: "sklearn", hyperparameters: {
        command: ["\(python)", "\(Self.examples)/sklearn_model.py"] } }
      """)
    let result = try Binary.run("run", "spec.json5", "--jobs", "1", "--out", "run", in: scratch.url)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(try rows(scratch, "run")["sklearn"]?["failed"] as? Int == 0)
  }

  @Test(arguments: [SIGINT, SIGKILL])
  func anInterruptedRunLeavesNoCommandBehind(_ signal: Int32) throws {
    let scratch = try scratch(
      #"{ id: "external", hyperparameters: { command: ["sh", "slow.sh"] } }"#)
    try scratch.write(
      """
      echo "$QBENCH_FOLDER" > folder
      sh -c 'echo $$ > pid.tmp; mv pid.tmp pid; sleep 300; :'
      """, to: "slow.sh")
    let process = try Binary.start(
      ["run", "spec.json5", "--jobs", "1", "--out", "run"], in: scratch.url)
    while !scratch.files(in: "").contains("pid"), process.isRunning { usleep(20_000) }
    let (id, folder) = (try line(of: "pid", in: scratch), try line(of: "folder", in: scratch))
    let isThere = { (path: String) in FileManager.default.fileExists(atPath: path) }
    #expect(StrayProcess.isRunning(id) && isThere(folder))
    let workers = scratch.workers()
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    // A parent that was killed leaves its worker, which nobody ends but us.
    if signal == SIGKILL { for worker in workers { kill(worker, SIGKILL) } }
    for _ in 0..<250 where StrayProcess.isRunning(id) || isThere(folder) { usleep(20_000) }
    #expect(!StrayProcess.isRunning(id))
    #expect(!isThere(folder))
  }

  /// It is no failure, and its row still lacks it.
  @Test func aCellWhoseRecordIsGoneIsSaidByTheStatus() throws {
    let scratch = try scratch(
      """
      "linear", { id: "external", name: "thief", hyperparameters: {
        command: ["sh", "thief.sh"], format: "csv" } }
      """)
    try scratch.write(
      """
      rm -f run/cells/*.json
      awk -F, 'NR > 1 { print $3 }' "$QBENCH_TEST" > "$QBENCH_OUTPUT"
      """, to: "thief.sh")
    let result = try Binary.run(
      "run", "spec.json5", "--jobs", "1", "--out", "run", in: scratch.url)
    #expect(result.status == 3, "\(result.errors)")
    #expect(!result.output.contains("✗"))
    #expect(try rows(scratch, "run")["linear"]?["failed"] as? Int == 2)
  }
}
