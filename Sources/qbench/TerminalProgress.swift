import Foundation
import Harness
import Synchronization

/// Progress on standard error: one line that rewrites itself on a terminal, else a line a cell.
final class TerminalProgress: RunProgress {
  private struct State {
    var tally = RunTally(cells: 0, markets: 0)
    var start = ContinuousClock.now
  }

  private let state = Mutex(State())
  private let isInteractive = Terminal.isInteractive

  func begin(plan: Plan, jobs: [Job], cached: Int) {
    let missing = jobs.reduce(0) { $0 + $1.cells.count }
    // Rows that ask for the same have cells in common.
    let all = Set(plan.cells.map(\.key)).count
    let kept = all - missing
    let markets = jobs.count { $0.cells.isEmpty }
    state.withLock { $0 = State(tally: RunTally(cells: missing, markets: markets)) }
    Terminal.write(
      "\(all) cells" + (kept > 0 ? ", \(kept) already there" : "")
        + (cached > 0 ? " (\(cached) from the cache)" : "")
        + (markets > 0 ? "; \(markets) synthetic markets to make" : "") + "\n")
  }

  func generated(_ record: SyntheticRecord) {
    state.withLock { state in
      state.tally.addMarket()
      let name = "\(record.name) fold \(record.fold) seed \(record.seed)"
      if let failure = record.failure {
        clear()
        Terminal.write("failed  generator \(name): \(failure.reason)\n")
      } else if let reason = record.uncompared {
        clear()
        Terminal.write("made \(name), not compared with the real market: \(reason)\n")
      } else if !isInteractive {
        Terminal.write("made \(name) \(text(record.seconds.values.reduce(0, +)))\n")
      }
      if isInteractive { draw(state) }
    }
  }

  func finished(_ record: CellRecord) {
    state.withLock { state in
      state.tally.add(record)
      let seconds = record.seconds.values.reduce(0, +)
      let name = "\(record.source)/\(record.name) fold \(record.fold) seed \(record.seed)"
      if let failure = record.failure {
        clear()
        Terminal.write("failed  \(name) at \(failure.stage.rawValue): \(failure.reason)\n")
      } else if !isInteractive {
        Terminal.write(
          "[\(state.tally.doneCells)/\(state.tally.cells)] \(name) \(text(seconds))\n")
      }
      if isInteractive { draw(state) }
    }
  }

  func end() { if isInteractive { clear() } }

  private func draw(_ state: State) {
    Terminal.write("\r\u{1b}[K\(state.tally.line(after: ContinuousClock.now - state.start))")
  }

  private func clear() { if isInteractive { Terminal.write("\r\u{1b}[K") } }

  private func text(_ seconds: Double) -> String { RunTally.text(seconds: seconds) }
}
