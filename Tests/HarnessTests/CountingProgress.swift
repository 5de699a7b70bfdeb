import Harness
import Synchronization

/// Counts the cells that a run carries out.
final class CountingProgress: RunProgress {
  private let count = Mutex(0)

  var finishedCells: Int { count.withLock { $0 } }
  func begin(plan: Plan, jobs: [Job], cached: Int) {}
  func finished(_ record: CellRecord) { count.withLock { $0 += 1 } }
  func end() {}
}
