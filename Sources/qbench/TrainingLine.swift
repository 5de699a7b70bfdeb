import Foundation
import Generators
import Synchronization

/// How training goes, on standard error: one line that rewrites itself, nothing where no one looks.
final class TrainingLine: Sendable {
  private struct State {
    var start: (instant: ContinuousClock.Instant, step: Int)?
    var shown = ContinuousClock.now - .seconds(1)
  }

  private let state = Mutex(State())

  func show(_ progress: TrainingProgress) {
    guard Terminal.isInteractive else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      // Training that goes on from a checkpoint does not start at step 0.
      let start = state.start ?? (now, progress.step)
      state.start = start
      guard now - state.shown > .milliseconds(200) || progress.step == progress.steps else {
        return
      }
      state.shown = now
      let rate = Double(progress.step - start.step) / max(1e-9, (now - start.instant) / .seconds(1))
      let losses = progress.losses.keys.sorted().map {
        "\($0) \(String(format: "%.3f", progress.losses[$0] ?? .nan))"
      }
      let left =
        rate > 0 ? String(format: "%.0f s left", Double(progress.steps - progress.step) / rate) : ""
      Terminal.write(
        "\r\u{1b}[K" + (progress.stage.isEmpty ? "" : "\(progress.stage)  ")
          + "step \(progress.step)/\(progress.steps)  "
          + "\(losses.joined(separator: "  "))  \(left)")
    }
  }

  func end() { if Terminal.isInteractive { Terminal.write("\r\u{1b}[K") } }
}
