import Datasets
import Foundation
import Market
import Testing

@testable import Harness

/// Real runs of real families, made worse on purpose.
@Suite struct GateFaultTests {
  /// A market as a file: it is made once, and then only read.
  ///
  /// Its signals are three times as strong as the built-in one's, so that it can be small.
  private static let market = Result {
    let run = try SmallRun {
      $0.datasetParameters = .object([
        "assets": .integer(32), "dates": .integer(300),
        "strength": .object(
          ["linear": 0.2, "interaction": 0.2, "sequence": 0.1, "graph": 0.1].mapValues {
            .number($0)
          }),
      ])
    }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("gate-\(ProcessInfo.processInfo.processIdentifier).h5").path
    try PanelFile.write(
      DatasetReference(run.experiment).load().panel, FileMetadata(title: "small"), to: path)
    return path
  }

  private func run(epochs: Int = 6, families: [String] = ["linear", "dnn"]) throws -> SmallRun {
    let path = try Self.market.get()
    return try SmallRun { experiment in
      (experiment.dataset, experiment.datasetParameters) = (path, .object([:]))
      experiment.families = families.map { id in
        id == "dnn"
          ? FamilyChoice(
            id,
            hyperparameters: .object([
              "epochs": .integer(epochs), "hidden": .array([.integer(16)]),
            ]))
          : FamilyChoice(id)
      }
      experiment.seeds = 3
      experiment.explain.rows = 0
      // Medians take long without optimisation.
      experiment.features.transform = .standard
    }
  }

  private func baseline(
    of run: SmallRun, _ fault: FaultyExecutor.Fault = .none
  ) throws -> Baseline {
    // What a run does, but for the reports.
    let workbench = try Workbench(run.experiment)
    let lock = try run.directory.prepare(for: run.experiment)
    defer { withExtendedLifetime(lock) {} }
    let jobs = try Plan(workbench).jobs(missingFrom: run.directory, under: run.experiment)
    _ = try FaultyExecutor(fault: fault, workbench: workbench, directory: run.directory)
      .run(jobs, progress: SilentProgress())
    return try Baseline(of: run.directory, metrics: ["rank_ic"], bootstrap: .few)
  }

  @Test func aRerunHasIdenticalNumbers() throws {
    let (one, two) = (try run(families: ["linear"]), try run(families: ["linear"]))
    _ = try one.execute()
    let before = try Baseline(of: one.directory, metrics: ["rank_ic"], bootstrap: .few)
    let after = try baseline(of: two)
    for (a, b) in zip(before.rows, after.rows) {
      #expect(a.daily == b.daily && a.scores == b.scores)
      #expect(a.cells.map(\.predictions) == b.cells.map(\.predictions))
    }
    let report = try Gate(.quick).judge(after, against: before)
    #expect(report.status == 0)
    #expect(report.comparisons.allSatisfy { $0.isIdentical && $0.baseline == $0.run })
    // The scores are those of the leaderboard.
    let board = try Leaderboard(
      Plan(Workbench(one.experiment)), of: Workbench(one.experiment), from: one.directory)
    for row in before.rows {
      let shown = try #require(board.rows.first { $0.name == row.name }).rankIC
      #expect(abs(try #require(row.scores["rank_ic"]?.mean) - #require(shown)) < 1e-12)
    }
  }

  @Test func everyFaultIsARegression() throws {
    let before = try baseline(of: run(families: ["linear"]))
    for fault in FaultyExecutor.Fault.allCases where fault != .none {
      let report = try Gate(.quick).judge(
        baseline(of: run(families: ["linear"]), fault), against: before)
      let linear = try #require(report.comparisons.first { $0.name == "linear" })
      #expect(linear.verdict == .regression, "\(fault): \(linear)")
      #expect(report.status == 2)
    }
  }

  /// Half the epochs are a regression; another root seed, and so other seeds throughout, is none.
  @Test func halfTheEpochsAreARegressionAndChangedSeedsAreNot() throws {
    let trusted = try run(families: ["dnn"])
    let before = try baseline(of: trusted)
    let half = try Gate(.quick).judge(
      baseline(of: run(epochs: 3, families: ["dnn"])), against: before)
    let dnn = try #require(half.comparisons.first { $0.name == "dnn" })
    #expect(dnn.verdict == .regression, "\(dnn)")
    #expect(dnn.notes == ["epochs 6 → 3"])
    var experiment = trusted.experiment
    experiment.seed = 7
    let reseeded = try Gate(.quick).judge(
      baseline(of: SmallRun { $0 = experiment }), against: before)
    let other = try #require(reseeded.comparisons.first { $0.name == "dnn" })
    #expect(!other.isIdentical && other.verdict != .regression, "\(other)")
    #expect(reseeded.status == 0)
    #expect(reseeded.notes.contains { $0.hasPrefix("seed ") })
  }

  /// A cell that failed, one whose file was damaged, and one that was never trained.
  @Test func cellsWithoutPredictionsAreMissingWithTheirReason() throws {
    let trusted = try run(families: ["linear"])
    let before = try baseline(of: trusted)
    try theMachineIsThatOfTheRun(trusted)
    let key = try #require(before.rows.first { $0.name == "linear" }?.cells.first?.key)
    let path = trusted.directory.predictionsPath(of: key)
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: path))
    let damaged = try Baseline(of: trusted.directory, metrics: ["rank_ic"], bootstrap: .few)
    let report = try Gate(.quick).judge(damaged, against: before)
    #expect(report.status == 3)
    #expect(report.comparisons.first?.verdict == .missing)
    #expect(report.comparisons.first?.message.contains("were set aside") == true)
    #expect(report.comparisons.first?.message.contains("trained anew") == true)
    let absent = try Baseline(of: trusted.directory, metrics: ["rank_ic"], bootstrap: .few)
    #expect(absent.failureLines.count == 1)
    #expect(absent.failureLines.first?.contains("never carried out") == true)
  }

  /// Timings are those of the machine that made them, wherever they are summed up.
  private func theMachineIsThatOfTheRun(_ run: SmallRun) throws {
    let path = run.directory.url.appendingPathComponent("environment.json")
    let text = try String(contentsOf: path, encoding: .utf8)
      .replacing(#/"processor" : "[^"]*"/#, with: "\"processor\" : \"another\"")
    try Data(text.utf8).write(to: path)
    let moved = try Baseline(of: run.directory, metrics: ["rank_ic"], bootstrap: .few)
    #expect(moved.versions.processor == "another")
    for metrics in [[], ["mae", "mae"]] {
      #expect(throws: SpecError.self) {
        try Baseline(of: run.directory, metrics: metrics, bootstrap: .few)
      }
    }
  }
}
