import Foundation
import Synchronization

/// Carries jobs out in worker processes, so that a crash, a hang or a kill costs one job.
public struct WorkerPool: JobExecutor, Sendable {
  let binary: URL
  let jobs: Int
  let directory: RunDirectory
  let limits: CellLimits
  /// Loading the data counts against no cell, but must end some time.
  private static let startLimit = Duration.seconds(600)

  /// Workers are started from `binary`, the qbench executable or one that answers `worker --run DIR` as it
  /// does (`Worker.serve`); at most `jobs` run side by side.
  public init(binary: URL, jobs: Int, directory: RunDirectory, limits: CellLimits) {
    self.binary = binary
    self.jobs = jobs
    self.directory = directory
    self.limits = limits
  }

  public func run(_ work: [Job], progress: any RunProgress) throws -> Bool {
    let queue = JobQueue(work)
    let problem = Mutex<(any Error)?>(nil)
    let reporting = Mutex(())
    // A worker that is gone shows as a failed write, not as a signal that ends the run.
    signal(SIGPIPE, SIG_IGN)
    // Threads, which wait for their processes: libdispatch would start no more of them than there are cores.
    let threads = DispatchGroup()
    for _ in 0..<min(jobs, work.count) {
      threads.enter()
      Thread.detachNewThread {
        defer { threads.leave() }
        do {
          var worker: WorkerProcess?
          while let job = queue.next() {
            let isDone = try carryOut(job, of: queue, on: &worker) { report in
              reporting.withLock { _ in report(progress) }
            }
            queue.finished(job)
            if !isDone { return }
          }
        } catch {
          problem.withLock { $0 = $0 ?? error }
          queue.stop()
        }
      }
    }
    threads.wait()
    if let error = problem.withLock({ $0 }) { throw error }
    return !Interruption.isRequested
  }

  /// One job, tried once more where the worker was lost to something that may not happen again.
  ///
  /// - Returns: `false` where the user interrupted, or the queue was stopped.
  private func carryOut(
    _ job: Job, of queue: JobQueue, on worker: inout WorkerProcess?,
    telling tell: ((any RunProgress) -> Void) -> Void
  ) throws -> Bool {
    var attempt = Attempt(job)
    while !attempt.left.isEmpty {
      do {
        try follow(&attempt, of: queue, on: &worker, telling: tell)
      } catch let ending as WorkerProcess.Ending {
        worker = nil
        guard let reason = reason(for: ending) else { return false }
        if ending.mayPass, attempt.retries == 0 {
          attempt.retries += 1
          continue
        }
        try giveUp(&attempt, because: reason, telling: tell)
      }
    }
    return true
  }

  /// A job and what of it has no answer yet.
  private struct Attempt {
    let job: Job
    var left: [String]
    var stage = CellRecord.Stage.start
    var retries = 0

    init(_ job: Job) {
      self.job = job
      left =
        switch job.work {
        case .generate(let market): [market.key]
        case .train(let cells): cells.map(\.key)
        }
    }

    var message: WorkerMessage {
      if case .generate(let market) = job.work { return .generate(key: market.key) }
      return .train(keys: left)
    }
  }

  /// Sends what is left of a job to a worker, started anew where there is none, and listens.
  private func follow(
    _ attempt: inout Attempt, of queue: JobQueue, on worker: inout WorkerProcess?,
    telling tell: ((any RunProgress) -> Void) -> Void
  ) throws {
    attempt.stage = .start
    let current = try worker ?? WorkerProcess(binary: binary, directory: directory)
    if worker == nil {
      worker = current
      if case .fatal(let reason, let isUsers) = try current.receive(
        until: .now + Self.startLimit, megabytes: limits.megabytes,
        unless: { queue.hasStopped })
      {
        throw failure(reason, isUsers)
      }
    }
    try current.send(attempt.message)
    var deadline = ContinuousClock.now + .seconds(limits.seconds)
    while !attempt.left.isEmpty {
      switch try current.receive(
        until: deadline, megabytes: limits.megabytes, unless: { queue.hasStopped })
      {
      case .stage(let next): attempt.stage = next
      case .fatal(let reason, let isUsers): throw failure(reason, isUsers)
      case .done(let key):
        guard attempt.left.first == key else {
          throw WorkerProcess.Ending.crashed("the worker answered for another job")
        }
        try report(key, of: attempt.job, telling: tell)
        attempt.left.removeFirst()
        deadline = .now + .seconds(limits.seconds)
      case .ready, .generate, .train: continue
      }
    }
  }

  /// - Throws: `WorkerProcess.Ending.crashed` where there is nothing of what the worker says it has stored.
  private func report(
    _ key: String, of job: Job, telling tell: ((any RunProgress) -> Void) -> Void
  ) throws {
    let unanswered = WorkerProcess.Ending.crashed("the worker stored nothing")
    switch job.work {
    case .generate:
      guard let record = directory.syntheticRecord(of: key) else { throw unanswered }
      tell { $0.generated(record) }
    case .train:
      guard let record = directory.record(of: key) else { throw unanswered }
      tell { $0.finished(record) }
    }
  }

  /// Records the first thing that is left as failed; what follows it is tried on its own.
  private func giveUp(
    _ attempt: inout Attempt, because reason: String,
    telling tell: ((any RunProgress) -> Void) -> Void
  ) throws {
    let key = attempt.left.removeFirst()
    attempt.retries = 0
    switch attempt.job.work {
    case .generate(let market):
      var record = SyntheticRecord(of: market)
      if let there = directory.syntheticRecord(of: key), there.failure == nil {
        // It was lost while it was compared: told, but not stored, so that the next run tries again.
        record = there
        record.uncompared = reason
      } else {
        record.failure = .init(stage: attempt.stage, reason: reason)
        try directory.store(record)
      }
      tell { $0.generated(record) }
    case .train(let cells):
      guard let cell = cells.first(where: { $0.key == key }) else { return }
      if directory.hasPredictions(of: key), let record = directory.record(of: key) {
        try recordUnexplained(cell, because: reason)
        tell { $0.finished(record) }
        return
      }
      var record = CellRecord(of: cell)
      record.failure = .init(stage: attempt.stage, reason: reason)
      try directory.store(record, nil)
      tell { $0.finished(record) }
    }
  }

  /// What was lost with the worker was the explanation alone.
  private func recordUnexplained(_ cell: Cell, because reason: String) throws {
    guard let key = try directory.readSpec().explanationKey(of: cell),
      directory.explanation(key) == nil
    else { return }
    var explanation = CellExplanation(of: cell, key: key)
    explanation.failures = [.init(part: .all, reason: reason)]
    try directory.store(explanation)
  }

  /// What ends the whole run: no other worker would fare better.
  private func failure(_ reason: String, _ isUsers: Bool) -> any Error {
    isUsers ? RunDirectoryError.stopped(reason) : WorkerFailure(reason: reason)
  }

  private func reason(for ending: WorkerProcess.Ending) -> String? {
    switch ending {
    case .crashed(let how): how
    case .timedOut: "took longer than the limit of \(Int(limits.seconds)) s (limits.seconds)"
    case .outOfMemory(let used):
      "used \(used) MiB, above the limit of \(limits.megabytes) MiB (limits.megabytes)"
    case .interrupted: nil
    }
  }
}

extension WorkerProcess.Ending {
  /// Whether the same job may fare better at once: the system may have killed the worker for the sake
  /// of others; a limit that was passed would be passed again.
  fileprivate var mayPass: Bool {
    if case .crashed = self { true } else { false }
  }
}

/// A worker that cannot work at all, for a reason that is nobody's but ours.
struct WorkerFailure: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
