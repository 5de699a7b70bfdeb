import Foundation
import Testing

/// Runs through the real binary, with real workers that are really killed.
@Suite(.serialized) struct RunTests {
  static let spec = """
    {
      split: { folds: 3, embargo: 10 },
      seeds: 2,
      sources: ["real"],
      datasetParameters: { assets: 16, dates: 240 },
      families: ["mean_label", "linear", { id: "dnn", hyperparameters: { epochs: 2, hidden: [8] } }],
      intervals: { resamples: 100 },
    }
    """

  private func scratch(_ spec: String = spec) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(spec, to: "spec.json5")
    return scratch
  }

  @Test func theNumberOfWorkersChangesNoByte() throws {
    let scratch = try scratch()
    for jobs in ["1", "2"] {
      let result = try Binary.run(
        "run", "spec.json5", "--jobs", jobs, "--out", "run\(jobs)", in: scratch.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("simulated"))
      #expect(result.errors.contains("/run\(jobs)/report.html"))
    }
    for name in [
      "leaderboard.json", "leaderboard.csv", "leaderboard.md", "report.json", "spec.json",
      "explanations.json", "explanations.md", "comparisons.json",
    ] {
      #expect(try scratch.data("run1/\(name)") == scratch.data("run2/\(name)"))
    }
    // linear and the first seed of dnn, on three folds.
    #expect(scratch.files(in: "run1/explanations").count == 6)
    #expect(scratch.workers().isEmpty)
  }

  @Test func leaderboardJSONHasThePromisedShape() throws {
    let scratch = try scratch()
    let result = try Binary.run("run", "spec.json5", "--json", "--out", "run", in: scratch.url)
    let printed = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let board = try #require(printed)
    #expect(board["schema"] as? Int == 1)
    #expect((board["dataset"] as? [String: Any])?["simulated"] as? Bool == true)
    let rows = try #require(board["rows"] as? [[String: Any]])
    #expect(
      Set(rows.compactMap { $0["family"] as? String }) == ["mean_label", "linear", "dnn", "oracle"])
    for row in rows {
      #expect(row["training_source"] as? String == "real")
      #expect(row["folds"] as? Int == 3)
      #expect(row["failed"] as? Int == 0)
      #expect(row["seeds"] as? Int == (row["family"] as? String == "dnn" ? 2 : 1))
      let metrics = try #require(row["metrics"] as? [String: [String: Any]])
      let rankIC = try #require(metrics["rank_ic"])
      #expect(["mean", "low", "high"].allSatisfy { rankIC[$0] != nil })
      #expect((rankIC["mean"] is NSNull) == (row["family"] as? String == "mean_label"))
    }
  }

  @Test func aDryRunPrintsThePlanAndTrainsNothing() throws {
    let scratch = try scratch()
    let result = try Binary.run("run", "spec.json5", "--dry-run", "--out", "run", in: scratch.url)
    #expect(result.status == 0)
    #expect(result.output.contains("dnn") && result.output.contains("15 cells left in 15 jobs"))
    for line in ["processor  about", "wall       about", "memory     about", "disk       about"] {
      #expect(result.output.contains(line), "\(result.output)")
    }
    let plan = try Binary.run(
      "run", "spec.json5", "--dry-run", "--json", "--jobs", "3", "--cache", "cache", in: scratch.url
    )
    let printed = try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any]
    #expect(printed?["workers"] as? Int == 3 && printed?["jobs"] as? Int == 15)
    #expect(scratch.files(in: "run").isEmpty && scratch.files(in: "cache").isEmpty)
  }

  @Test func anInterruptedRunSaysHowToGoOnAndGoesOn() throws {
    let scratch = try scratch(
      Self.spec.replacingOccurrences(of: "epochs: 2", with: "epochs: 60, patience: 60"))
    let whole = try Binary.run("run", "spec.json5", "--out", "whole", in: scratch.url)
    #expect(whole.status == 0, "\(whole.errors)")
    let process = try Binary.start(
      ["run", "spec.json5", "--jobs", "1", "--out", "run"], in: scratch.url)
    while scratch.files(in: "run/cells").count < 2, process.isRunning { usleep(20_000) }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let errors = String(decoding: try scratch.data(".err"), as: UTF8.self)
    #expect(errors.contains("give the same command again to go on"), "\(errors)")
    #expect(!scratch.files(in: "run").contains("leaderboard.json"))
    #expect(scratch.workers().isEmpty)
    let kept = scratch.files(in: "run/cells").count { !$0.hasPrefix(".") }
    let again = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    // The last one may lack its explanation.
    #expect(
      (kept - 1...kept).contains { again.errors.contains("\($0) already there") },
      "\(again.errors)")
    for name in ["leaderboard.json", "explanations.json"] {
      #expect(try scratch.data("run/\(name)") == scratch.data("whole/\(name)"))
    }
  }

  @Test func aKilledParentLosesNothing() throws {
    let scratch = try scratch()
    #expect(try Binary.run("run", "spec.json5", "--out", "whole", in: scratch.url).status == 0)
    let process = try Binary.start(
      ["run", "spec.json5", "--jobs", "2", "--out", "run"], in: scratch.url)
    while scratch.files(in: "run/cells").count < 3, process.isRunning { usleep(5_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let again = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    for name in ["leaderboard.json", "explanations.json"] {
      #expect(try scratch.data("run/\(name)") == scratch.data("whole/\(name)"))
    }
    #expect(!scratch.files(in: "run/cells").contains { $0.hasSuffix(".tmp") })
  }

  /// A cell long enough to be caught at its work.
  static let slow = """
    {
      sources: ["real"],
      datasetParameters: { assets: 32, dates: 400 },
      families: ["linear",
        { id: "dnn", hyperparameters: { epochs: 1000, patience: 1000, hidden: [256, 256] } }],
      seeds: 1,
      split: { folds: 2, embargo: 10 },
      intervals: { resamples: 100 },
      // What is killed here is to be fitting.
      explain: { rows: 0 },
      limits: { seconds: LIMIT },
    }
    """

  /// Once may be bad luck, and the cell is tried again; twice is its own fault.
  @Test func aWorkerKilledTwiceCostsItsCellAlone() throws {
    let scratch = try scratch(Self.slow.replacingOccurrences(of: "LIMIT", with: "60"))
    let process = try Binary.start(
      ["run", "spec.json5", "--jobs", "1", "--out", "run"], in: scratch.url)
    // linear's two cells are done when the worker is deep in the first dnn cell.
    while scratch.files(in: "run/cells").count < 2, process.isRunning { usleep(20_000) }
    var killed: Set<Int32> = []
    while scratch.files(in: "run/cells").count < 3, process.isRunning {
      usleep(700_000)
      guard killed.count < 2, scratch.files(in: "run/cells").count < 3 else { continue }
      for worker in scratch.workers() where !killed.contains(worker) {
        kill(worker, SIGKILL)
        killed.insert(worker)
      }
    }
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(killed.count == 2)
    let failures = scratch.files(in: "run/cells").compactMap { name in
      (try? scratch.data("run/cells/\(name)")).map { String(decoding: $0, as: UTF8.self) }
    }.filter { $0.contains("\"failure\"") }
    #expect(failures.count == 1)
    #expect(failures.first?.contains("ended by signal 9") == true, "\(failures)")
  }

  @Test func aWorkerKilledOnceCostsNothing() throws {
    let scratch = try scratch(
      Self.spec.replacingOccurrences(of: "epochs: 2", with: "epochs: 60, patience: 60"))
    let process = try Binary.start(
      ["run", "spec.json5", "--jobs", "1", "--out", "run"], in: scratch.url)
    while scratch.files(in: "run/cells").count < 5, process.isRunning { usleep(5_000) }
    for worker in scratch.workers() { kill(worker, SIGKILL) }
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let whole = try Binary.run("run", "spec.json5", "--out", "whole", in: scratch.url)
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(try scratch.data("run/leaderboard.json") == scratch.data("whole/leaderboard.json"))
  }

  /// Killed at twenty random moments, and then left alone.
  ///
  /// The generator keeps a checkpoint every 50 steps; every other kill waits for one, so that its training is among
  /// what is cut short and gone on with.
  @Test func twentyKillsLoseNothing() throws {
    let scratch = try scratch(
      """
      {
        split: { folds: 3, embargo: 10 },
        seeds: 1,
        datasetParameters: { assets: 12, dates: 240 },
        families: ["linear", "gbdt"],
        sources: ["real", "synthetic", "reverse"],
        generators: [{ id: "cwgan", hyperparameters: {
          days: 5, assets: 2, factors: 1, hidden: 4, batch: 2, criticSteps: 1, steps: 250, validateEvery: 250 } }],
        intervals: { resamples: 100 },
        explain: { rows: 200, repeats: 1 },
      }
      """)
    #expect(try Binary.run("run", "spec.json5", "--out", "whole", in: scratch.url).status == 0)
    func made(_ ending: String) -> Int {
      scratch.files(in: "run/synthetic").count { $0.hasSuffix(ending) }
    }
    var moments = Moments()
    var cutShort = 0
    for round in 0..<20 {
      let process = try Binary.start(
        ["run", "spec.json5", "--jobs", "2", "--out", "run"], in: scratch.url)
      if round % 2 == 1 {
        while process.isRunning, made(".checkpoint") == 0, made(".h5") < 3 { usleep(20_000) }
      }
      usleep(UInt32.random(in: 0..<(round % 2 == 1 ? 300_000 : 1_300_000), using: &moments))
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      if made(".checkpoint") > 0 { cutShort += 1 }
    }
    #expect(cutShort > 0)
    let again = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    for name in ["leaderboard.json", "comparisons.json", "explanations.json"] {
      #expect(try scratch.data("run/\(name)") == scratch.data("whole/\(name)"))
    }
    usleep(500_000)
    #expect(scratch.workers().isEmpty)
  }

  @Test func whatTheCacheHasIsNotTrainedAgain() throws {
    let scratch = try scratch()
    let first = try Binary.run(
      "run", "spec.json5", "--out", "one", "--cache", "cache", in: scratch.url)
    #expect(first.status == 0, "\(first.errors)")
    try scratch.write(
      Self.spec.replacingOccurrences(of: "\"linear\"", with: "{ id: \"linear\", name: \"ols\" }")
        .replacingOccurrences(of: "epochs: 2", with: "epochs: 3"),
      to: "spec.json5")
    let second = try Binary.run(
      "run", "spec.json5", "--out", "two", "--cache", "cache", in: scratch.url)
    // mean_label, linear under another name and the oracle; dnn alone is another model now.
    #expect(second.errors.contains("(9 from the cache)"), "\(second.errors)")
    #expect(second.output.contains("ols"))
    try FileManager.default.removeItem(at: scratch.url.appendingPathComponent("cache"))
    let alone = try Binary.run("run", "spec.json5", "--out", "three", in: scratch.url)
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(try scratch.data("two/leaderboard.json") == scratch.data("three/leaderboard.json"))
  }

  @Test func aRunIsScoredAgainWithoutTraining() throws {
    let scratch = try scratch()
    #expect(try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url).status == 0)
    let before = try scratch.data("run/leaderboard.json")
    try FileManager.default.removeItem(
      at: scratch.url.appendingPathComponent("run/leaderboard.json"))
    let result = try Binary.run("report", "run", in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try scratch.data("run/leaderboard.json") == before)
    let more = try Binary.run("report", "run", "--add-metric", "mae,ic", in: scratch.url)
    #expect(more.status == 0 && more.output.contains("turnover    MAE"), "\(more.output)")
    #expect(more.errors.contains("'ic' was shown already"), "\(more.errors)")
    let unknown = try Binary.run("report", "run", "--add-metric", "mea", in: scratch.url)
    #expect(unknown.status == 1 && unknown.errors.contains("did you mean 'mae'"))
    let none = try Binary.run("report", "nowhere", in: scratch.url)
    #expect(none.status == 1 && none.errors.contains("no run directory"), "\(none.errors)")
  }

  @Test func aCellThatTakesTooLongFailsAndTheRunGoesOn() throws {
    let scratch = try scratch(Self.slow.replacingOccurrences(of: "LIMIT", with: "5"))
    let result = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(result.status == 3, "\(result.errors)")
    #expect(result.output.contains("✗ dnn, fold 0, seed 0 failed at fit: took longer"))
    #expect(result.output.contains("✗ dnn, fold 1"))
    #expect(result.output.contains("linear"))
    #expect(scratch.workers().isEmpty)
  }

  /// Predictions are kept before anything is explained: what is lost there is the explanation.
  @Test func anExplanationThatTakesTooLongCostsNoCell() throws {
    let scratch = try scratch(
      """
      {
        sources: ["real"],
        datasetParameters: { assets: 32, dates: 400 },
        families: ["linear"],
        split: { folds: 2, embargo: 10 },
        intervals: { resamples: 100 },
        limits: { seconds: 12 },
        explain: { rows: 100000, repeats: 1000 },
      }
      """)
    let result = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("✗"))
    #expect(scratch.files(in: "run/explanations").count == 2)
    let report = String(decoding: try scratch.data("run/explanations.md"), as: UTF8.self)
    #expect(report.contains("✗ linear, fold 0, all not explained: took longer than the limit"))
    let again = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(again.errors.contains("4 already there"), "\(again.errors)")
  }
}

/// The same random moments every time: Knuth's linear congruential generator, its upper half.
private struct Moments: RandomNumberGenerator {
  private var state: UInt64 = 20_240_101

  mutating func next() -> UInt64 {
    func step() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32
    }
    return step() << 32 | step()
  }
}
