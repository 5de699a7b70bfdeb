import Foundation
import Market
import Testing

@testable import Harness

/// Real runs of real families, made worse on purpose.
@Suite struct GateFaultTests {
  private func run(epochs: Int = 6, families: [String] = ["linear", "dnn"]) throws -> SmallRun {
    try SmallRun { experiment in
      experiment.datasetParameters = .object(["assets": .integer(64), "dates": .integer(500)])
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
    }
  }

  private func baseline(
    of run: SmallRun, _ fault: FaultyExecutor.Fault = .none
  ) throws -> Baseline {
    _ = try Run(run.experiment, in: run.directory).execute { workbench, directory in
      FaultyExecutor(fault: fault, workbench: workbench, directory: directory)
    }
    return try Baseline(of: run.directory, metrics: ["rank_ic"], bootstrap: .few)
  }

  @Test func aRerunHasIdenticalNumbers() throws {
    let (one, two) = (try run(), try run())
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

  @Test(arguments: [
    FaultyExecutor.Fault.noisyPredictions, .labelsOneDayLate, .droppedFeatures,
  ])
  func aFaultIsARegression(_ fault: FaultyExecutor.Fault) throws {
    let report = try Gate(.quick).judge(
      baseline(of: run(families: ["linear"]), fault),
      against: baseline(of: run(families: ["linear"])))
    let linear = try #require(report.comparisons.first { $0.name == "linear" })
    #expect(linear.verdict == .regression, "\(linear)")
    #expect(report.status == 2)
    #expect(report.comparisons.first { $0.name == "oracle" }?.isIdentical == true)
  }

  @Test func halfTheEpochsAreARegression() throws {
    let report = try Gate(.quick).judge(
      baseline(of: run(epochs: 3)), against: baseline(of: run(epochs: 6)))
    let dnn = try #require(report.comparisons.first { $0.name == "dnn" })
    #expect(dnn.verdict == .regression, "\(dnn)")
    #expect(dnn.notes == ["epochs 6 → 3"])
    #expect(report.comparisons.first { $0.name == "linear" }?.isIdentical == true)
  }

  /// Another root seed: other seeds everywhere, the same models.
  @Test func changedSeedsAreNoRegression() throws {
    let other = try run()
    var experiment = other.experiment
    experiment.seed = 7
    let reseeded = try SmallRun { $0 = experiment }
    let report = try Gate(.quick).judge(baseline(of: reseeded), against: baseline(of: other))
    let dnn = try #require(report.comparisons.first { $0.name == "dnn" })
    #expect(!dnn.isIdentical && dnn.verdict != .regression, "\(dnn)")
    #expect(report.status == 0)
    #expect(report.notes.contains { $0.hasPrefix("seed ") })
  }

  /// A cell that failed, one whose file was damaged, and one that was never trained.
  @Test func cellsWithoutPredictionsAreMissingWithTheirReason() throws {
    let trusted = try run(families: ["linear"])
    let before = try baseline(of: trusted)
    let key = try #require(before.rows.first { $0.name == "linear" }?.cells.first?.key)
    let path = trusted.directory.predictionsPath(of: key)
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: path))
    let damaged = try Baseline(of: trusted.directory, metrics: ["rank_ic"], bootstrap: .few)
    let report = try Gate(.quick).judge(damaged, against: before)
    #expect(report.status == 3)
    #expect(report.comparisons.first?.verdict == .missing)
    #expect(report.comparisons.first?.message.contains("were set aside") == true)
    let absent = try Baseline(of: trusted.directory, metrics: ["rank_ic"], bootstrap: .few)
    #expect(absent.failureLines.count == 1)
    #expect(absent.failureLines.first?.contains("never carried out") == true)
  }
}
