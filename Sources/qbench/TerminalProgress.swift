import Foundation
import Harness
import Synchronization

/// Progress on standard error: one line that rewrites itself on a terminal, else a line a cell.
final class TerminalProgress: RunProgress {
  private struct State {
    var total = 0
    var kept = 0
    var done = 0
    var failed = 0
    var start = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let isInteractive = Terminal.isInteractive

  func begin(plan: Plan, jobs: [Job], cached: Int) {
    let missing = jobs.reduce(0) { $0 + $1.cells.count }
    let kept = plan.cells.count - missing
    let markets = jobs.count { $0.cells.isEmpty }
    state.withLock { $0 = State(total: missing, kept: kept) }
    Terminal.write(
      "\(plan.cells.count) cells" + (kept > 0 ? ", \(kept) already there" : "")
        + (cached > 0 ? " (\(cached) from the cache)" : "")
        + (markets > 0 ? "; \(markets) synthetic markets to make" : "") + "\n")
  }

  func generated(_ record: SyntheticRecord) {
    state.withLock { state in
      let name = "\(record.name) fold \(record.fold) seed \(record.seed)"
      if let failure = record.failure {
        clear()
        Terminal.write("failed  generator \(name): \(failure.reason)\n")
      } else if let reason = record.uncompared {
        clear()
        Terminal.write("made \(name), not compared with the real market: \(reason)\n")
      } else if !isInteractive {
        Terminal.write("made \(name) \(format(record.seconds.values.reduce(0, +)))\n")
      }
      if isInteractive { draw(state) }
    }
  }

  func finished(_ record: CellRecord) {
    state.withLock { state in
      state.done += 1
      if record.failure != nil { state.failed += 1 }
      let seconds = record.seconds.values.reduce(0, +)
      let name = "\(record.source)/\(record.name) fold \(record.fold) seed \(record.seed)"
      if let failure = record.failure {
        clear()
        Terminal.write("failed  \(name) at \(failure.stage.rawValue): \(failure.reason)\n")
      } else if !isInteractive {
        Terminal.write("[\(state.done)/\(state.total)] \(name) \(format(seconds))\n")
      }
      if isInteractive { draw(state) }
    }
  }

  func end() { if isInteractive { clear() } }

  private func draw(_ state: State) {
    let elapsed = (ContinuousClock.now - state.start) / .seconds(1)
    let rate = Double(state.done) / max(elapsed, 1e-9)
    let left = Double(state.total - state.done) / max(rate, 1e-9)
    let width = 24
    let filled = state.total == 0 ? width : width * state.done / state.total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    Terminal.write(
      "\r\u{1b}[K\(bar) \(state.done)/\(state.total)  "
        + "\(String(format: "%.1f", rate)) cells/s  \(format(left)) left"
        + (state.failed > 0 ? "  \(state.failed) failed" : ""))
  }

  private func clear() { if isInteractive { Terminal.write("\r\u{1b}[K") } }

  private func format(_ seconds: Double) -> String {
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
