import Foundation

/// Hands out jobs in their order, each once the markets it needs are there or have failed.
final class JobQueue: @unchecked Sendable {
  private let condition = NSCondition()
  private var waiting: [Job]
  /// Keys of markets that are still to be made.
  private var unmade: Set<String>
  private var isStopped = false

  init(_ jobs: [Job]) {
    waiting = jobs
    unmade = Set(
      jobs.compactMap { if case .generate(let market) = $0.work { market.key } else { nil } })
  }

  /// The next job that can begin; waits for one.
  ///
  /// - Returns: `nil` where none is left, the queue was stopped or the user interrupted.
  func next() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if isStopped || waiting.isEmpty || Interruption.isRequested { return nil }
      if let place = waiting.firstIndex(where: { $0.needs.isDisjoint(with: unmade) }) {
        return waiting.remove(at: place)
      }
      // Woken when a market is made; now and then, to see whether the user interrupted.
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
    }
  }

  /// To be called once a job has been carried out, whatever came of it.
  func finished(_ job: Job) {
    guard case .generate(let market) = job.work else { return }
    condition.lock()
    unmade.remove(market.key)
    condition.broadcast()
    condition.unlock()
  }

  /// Whether there is no use in going on with what was handed out.
  var hasStopped: Bool {
    condition.lock()
    defer { condition.unlock() }
    return isStopped
  }

  /// No further job is handed out.
  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }
}
