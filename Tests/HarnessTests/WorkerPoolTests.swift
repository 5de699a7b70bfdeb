import Foundation
import Market
import Synchronization
import Testing

@testable import Harness

/// The parent's side of workers, with shell scripts in their place.
@Suite struct WorkerPoolTests {
  /// A run whose workers do what `script` says with each `$key`, and then answer that it is done.
  private struct ScriptedRun {
    let run: SmallRun
    let jobs: [Job]
    let told = Told()

    init(cells: Int) throws {
      run = try SmallRun { experiment in
        experiment.families = [FamilyChoice("dnn")]
        (experiment.seeds, experiment.split.folds) = (cells, 2)
      }
      let plan = try Plan(Workbench(run.experiment))
      jobs = plan.jobs(missing: plan.cells.filter { $0.fold == 0 && $0.family == "dnn" }, made: [])
      withExtendedLifetime(try run.directory.prepare(for: run.experiment)) {}
    }

    /// A record as a worker would store it.
    func store(_ reason: String, for job: Job) throws {
      var record = CellRecord(of: job.cells[0])
      record.failure = .init(stage: .fit, reason: reason)
      try run.directory.store(record, nil)
    }

    func carryOut(by script: String, workers: Int) throws -> Bool {
      let file = run.directory.url.appendingPathComponent("worker.sh")
      try Data(
        """
        #!/bin/bash
        cd "$3"
        echo '{"ready":{}}'
        while read -r line; do
          key=$(sed 's/.*\\["\\([0-9a-f]*\\)".*/\\1/' <<< "$line")
          \(script)
          echo "{\\"done\\":{\\"key\\":\\"$key\\"}}"
        done
        """.utf8
      ).write(to: file)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      return try WorkerPool(
        binary: file, jobs: workers, directory: run.directory, limits: run.experiment.limits
      ).run(jobs, progress: told)
    }
  }

  private final class Told: RunProgress {
    private let list = Mutex<[CellRecord]>([])

    var records: [CellRecord] { list.withLock { $0 } }
    func begin(plan: Plan, jobs: [Job], cached: Int) {}
    func finished(_ record: CellRecord) { list.withLock { $0.append(record) } }
    func end() {}
  }

  /// Each waits for the others: also more of them than there are cores, since some only wait.
  @Test func asManyWorkersAsWereAskedForWorkSideBySide() throws {
    let workers = ProcessInfo.processInfo.activeProcessorCount + 2
    let scripted = try ScriptedRun(cells: workers)
    #expect(scripted.jobs.count == workers)
    for job in scripted.jobs { try scripted.store("as it should be", for: job) }
    let isDone = try scripted.carryOut(
      by: """
        touch "started.$key"
        for turn in {1..100}; do
          [ $(ls started.* | wc -l) -ge \(workers) ] && touch "met.$key" && break
          sleep 0.1
        done
        """, workers: workers)
    let met = try scripted.run.files().count { $0.hasPrefix("met.") }
    #expect(isDone && met == workers)
    #expect(scripted.told.records.count == workers)
  }

  /// A worker that says it is done and has stored nothing is as good as lost: tried once more, then recorded.
  @Test(arguments: [false, true]) func whatWasNotStoredIsTriedAgain(isStoredThen: Bool) throws {
    let scripted = try ScriptedRun(cells: 1)
    let key = scripted.jobs[0].cells[0].key
    try scripted.store("stored at last", for: scripted.jobs[0])
    let folder = scripted.run.directory.url
    try FileManager.default.moveItem(
      at: folder.appendingPathComponent("cells/\(key).json"),
      to: folder.appendingPathComponent("kept.json"))
    let isDone = try scripted.carryOut(
      by: isStoredThen
        ? "[ -e tried ] && cp kept.json cells/$key.json; touch tried" : "touch tried.$$", workers: 1
    )
    let reasons = scripted.told.records.map { $0.failure?.reason }
    #expect(isDone)
    #expect(reasons == [isStoredThen ? "stored at last" : "the worker stored nothing"])
    #expect(scripted.run.directory.record(of: key)?.failure?.reason == reasons.first)
    if !isStoredThen {
      #expect(try scripted.run.files().count { $0.hasPrefix("tried.") } == 2)
    }
  }

  /// What no worker would fare better at is said at once, not when the others have done with their jobs.
  @Test func whatStopsTheRunWaitsForNoOtherWorker() throws {
    let scripted = try ScriptedRun(cells: 2)
    let message = String(
      decoding: WorkerMessage.fatal("the disk is full", isUsers: true).line, as: UTF8.self)
    let start = ContinuousClock.now
    #expect(throws: RunDirectoryError.stopped("the disk is full")) {
      try scripted.carryOut(
        by: """
          mkdir first 2> /dev/null || exec sleep 60
          sleep 1
          echo '\(message.trimmingCharacters(in: .newlines))'
          """, workers: 2)
    }
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
