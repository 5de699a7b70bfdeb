import Foundation
import Synchronization

/// Carries cells out in worker processes, so that a crash, a hang or a kill costs one cell.
public struct WorkerPool: CellExecutor, Sendable {
  let binary: URL
  let jobs: Int
  let directory: RunDirectory
  let limits: CellLimits
  /// Loading the data counts against no cell, but must end some time.
  private static let startLimit = Duration.seconds(600)

  /// Workers are started from `binary`, the qbench executable; at most `jobs` run side by side.
  public init(binary: URL, jobs: Int, directory: RunDirectory, limits: CellLimits) {
    self.binary = binary
    self.jobs = jobs
    self.directory = directory
    self.limits = limits
  }

  public func run(_ cells: [Cell], finished: @Sendable (CellRecord) -> Void) throws -> Bool {
    let queue = Mutex(cells[...])
    let problem = Mutex<(any Error)?>(nil)
    let reporting = Mutex(())
    // A worker that is gone shows as a failed write, not as a signal that ends the run.
    signal(SIGPIPE, SIG_IGN)
    DispatchQueue.concurrentPerform(iterations: min(jobs, cells.count)) { _ in
      do {
        var worker: WorkerProcess?
        while !Interruption.isRequested, problem.withLock({ $0 == nil }),
          let cell = queue.withLock({ $0.popFirst() })
        {
          guard let record = try carryOut(cell, on: &worker) else { return }
          reporting.withLock { _ in finished(record) }
        }
      } catch {
        problem.withLock { $0 = $0 ?? error }
      }
    }
    if let error = problem.withLock({ $0 }) { throw error }
    return !Interruption.isRequested
  }

  /// One cell on one worker, started anew where there is none.
  ///
  /// - Returns: Its record, a failed one where the worker did not live to write it; `nil` where the
  ///   user interrupted.
  private func carryOut(_ cell: Cell, on worker: inout WorkerProcess?) throws -> CellRecord? {
    var stage = CellRecord.Stage.start
    do {
      let current = try worker ?? WorkerProcess(binary: binary, directory: directory)
      if worker == nil {
        worker = current
        if case .fatal(let reason) = try current.receive(
          until: .now + Self.startLimit, megabytes: limits.megabytes)
        {
          throw WorkerFailure(reason: reason)
        }
      }
      let deadline = ContinuousClock.now + .seconds(limits.seconds)
      try current.send(.run(key: cell.key))
      while true {
        switch try current.receive(until: deadline, megabytes: limits.megabytes) {
        case .stage(let next): stage = next
        case .fatal(let reason): throw WorkerFailure(reason: reason)
        case .done(let key):
          guard key == cell.key, let record = directory.record(of: key) else {
            throw WorkerProcess.Ending.crashed("the worker answered for another cell")
          }
          return record
        case .ready, .run: continue
        }
      }
    } catch let ending as WorkerProcess.Ending {
      worker = nil
      guard let reason = reason(for: ending) else { return nil }
      if directory.hasPredictions(of: cell.key), let record = directory.record(of: cell.key) {
        try recordUnexplained(cell, because: reason)
        return record
      }
      var record = CellRecord(of: cell)
      record.failure = .init(stage: stage, reason: reason)
      try directory.store(record, nil)
      return record
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

/// A worker that cannot work at all: its data cannot be read, or its results cannot be written.
struct WorkerFailure: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}
