import Foundation
import Generators
import Market
import Models
import Testing

@testable import Harness

/// What a dry run says of time, memory and disk.
@Suite struct RunEstimateTests {
  private func estimate(
    _ run: SmallRun, cache: RunCache? = nil, workers: Int = 2
  ) throws -> RunEstimate {
    let workbench = try Workbench(run.experiment)
    return try RunEstimate(
      Plan(workbench), of: workbench, in: run.directory, cache: cache, workers: workers)
  }

  /// Records as workers of the binary leave them.
  private func record(_ seconds: Double, _ megabytes: Int, of run: SmallRun) throws {
    let plan = try Plan(Workbench(run.experiment))
    for cell in plan.cells {
      guard var record = run.directory.record(of: cell.key) else { continue }
      (record.processorSeconds, record.peakMegabytes) = (seconds, megabytes)
      try run.directory.store(record, nil)
    }
  }

  @Test func nothingIsMeasuredAtFirst() throws {
    let run = try SmallRun()
    let estimate = try estimate(run)
    #expect(estimate.lines.map(\.name) == ["mean_label", "linear", "oracle"])
    #expect(estimate.lines.allSatisfy { $0.cells == 3 && $0.there == 0 && $0.measured == 0 })
    #expect(estimate.jobs == 9 && estimate.workers == 2 && estimate.measuredShare == 0)
    #expect(estimate.processorSeconds > 0 && estimate.wallSeconds > 0)
    #expect(estimate.megabytes > 2 * estimate.workerMegabytes)
    #expect(estimate.summary().contains("right within a factor of two at best"))
    #expect(!FileManager.default.fileExists(atPath: run.directory.url.path))
  }

  /// Disk can be foretold: the estimate stands beside what a run really writes.
  @Test func diskIsWhatIsWrittenWithinAFactorOfTwo() throws {
    let run = try SmallRun { experiment in
      experiment.datasetParameters = .object(["assets": .integer(40), "dates": .integer(400)])
      experiment.sources = [.real, .synthetic]
      experiment.generators = [GeneratorChoice("shuffle")]
      (experiment.seeds, experiment.explain.rows) = (1, 80)
      experiment.synthetic.compare = true
    }
    let foretold = try estimate(run).diskMegabytes
    _ = try run.execute()
    let files = try #require(FileManager.default.enumerator(atPath: run.directory.url.path))
    let bytes = files.reduce(0.0) { sum, name in
      sum + ((files.fileAttributes?[.size] as? NSNumber)?.doubleValue ?? 0)
    }
    let ratio = foretold / (bytes / 1_048_576)
    #expect((0.5...2).contains(ratio), "\(foretold) MiB foretold, \(bytes / 1_048_576) written")

    // A market that has yet to be compared is work too, and makes nothing else.
    let market = try #require(try Plan(Workbench(run.experiment)).markets.first)
    try FileManager.default.removeItem(
      at: run.directory.syntheticURL.appendingPathComponent(market.key + ".fidelity.json"))
    let left = try estimate(run)
    let line = try #require(left.lines.first { $0.source == "generator" })
    #expect(left.jobs == 1 && line.cells - line.there == 1 && left.diskMegabytes < foretold)
  }

  @Test func whatIsLeftIsForetoldFromWhatWasRecorded() throws {
    let run = try SmallRun()
    _ = try run.execute()
    try record(5, 777, of: run)
    #expect(try estimate(run).jobs == 0)
    #expect(try estimate(run).lines.allSatisfy { $0.cells == $0.there })
    let linear = try #require(
      try Plan(Workbench(run.experiment)).cells.last { $0.family == "linear" })
    try FileManager.default.removeItem(
      at: run.directory.url.appendingPathComponent("cells/\(linear.key).json"))
    let left = try estimate(run)
    let line = try #require(left.lines.first { $0.name == "linear" })
    #expect(left.jobs == 1 && left.workers == 1 && line.there == 2 && line.measured == 1)
    // Beside the five seconds of its like, scaled to its rows, its explanation is made again.
    #expect((3...8).contains(try #require(line.processorSeconds)))
    #expect(left.measuredShare > 0.99 && left.workerMegabytes == 777)
    #expect(left.summary().contains("records"))
  }

  @Test func aCacheSparesWorkAndServesAsMeasurement() throws {
    let run = try SmallRun()
    let folder = run.directory.url.path + "-cache"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try estimate(run, cache: RunCache(reading: folder)).jobs == 9)
    #expect(!FileManager.default.fileExists(atPath: folder))
    _ = try Run(run.experiment, in: run.directory, cache: RunCache(folder)).execute()

    let same = try SmallRun()
    #expect(try estimate(same, cache: RunCache(reading: folder)).jobs == 0)
    // Other folds: other cells, made in the same way.
    let other = try SmallRun { $0.split.folds = 4 }
    let estimate = try estimate(other, cache: RunCache(reading: folder))
    #expect(estimate.jobs == 12 && estimate.measuredShare == 1)
    // Another penalty: nothing is known of it.
    let unlike = try SmallRun {
      $0.families[1].hyperparameters = .object(["penalty": .string("ols")])
    }
    let line = try self.estimate(unlike, cache: RunCache(reading: folder)).lines[1]
    #expect(line.name == "linear" && line.there == 0 && line.measured == 0)
  }

  @Test func anotherRunsDirectoryIsRefusedAsByTheRunItself() throws {
    let (run, other) = (try SmallRun(), try SmallRun { $0.seeds = 3 })
    _ = try run.execute()
    let workbench = try Workbench(other.experiment)
    let error = #expect(throws: RunDirectoryError.self) {
      try RunEstimate(Plan(workbench), of: workbench, in: run.directory, workers: 1)
    }
    #expect("\(try #require(error))".contains("differs in seeds"))
  }

  /// A new family or generator needs a line in `FamilyCost` or `GeneratorCost`.
  @Test func everythingInTheRegistriesHasACost() {
    for entry in modelRegistry.entries where !entry.needsSettings {
      #expect(FamilyCost.of(entry.id) != nil, "\(entry.id)")
    }
    for id in GeneratorKind.ids { #expect(GeneratorCost.of(id) != nil, "\(id)") }
  }

  @Test func whatIsUnknownIsNotCountedAsNothing() throws {
    let run = try SmallRun { experiment in
      experiment.families.append(
        FamilyChoice("external", hyperparameters: .object(["command": .array([.string("true")])])))
      experiment.seeds = 1
    }
    let estimate = try estimate(run)
    #expect(estimate.lines.first { $0.name == "external" }?.processorSeconds == nil)
    #expect(estimate.summary().contains("and what is unknown above"))
  }

  /// Two workers, by hand: A makes a market (4 s), B (3 s) and C (2 s) go beside it, D (1 s) waits for A.
  @Test func jobsAreLaidOutAsTheQueueHandsThemOut() {
    let jobs = [
      Schedule.Item(seconds: 4, makes: "A"), .init(seconds: 1, needs: ["A"]), .init(seconds: 3),
      .init(seconds: 2),
    ]
    #expect(Schedule.seconds(jobs, workers: 1) == 10)
    #expect(Schedule.seconds(jobs, workers: 2) == 5)
    #expect(Schedule.seconds(jobs, workers: 3) == 5)
    #expect(Schedule.seconds([], workers: 2) == 0)
  }
}
