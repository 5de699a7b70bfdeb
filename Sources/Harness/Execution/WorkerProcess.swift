import Foundation

/// The parent's side of one worker: a process of this same binary, one thread, one cell at a time.
final class WorkerProcess {
  /// Why a worker gave no answer.
  enum Ending: Error {
    case crashed(String)
    case timedOut
    case outOfMemory(megabytes: Int)
    case interrupted
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()
  /// When the memory of the worker's commands is looked at next: it takes the whole list of processes.
  private var nextSum = ContinuousClock.now

  /// Starts `binary worker --run directory`.
  init(binary: URL, directory: RunDirectory) throws {
    process.executableURL = binary
    process.arguments = ["worker", "--run", directory.url.path]
    // Two workers of several threads each would fight for the same cores.
    process.environment = ProcessInfo.processInfo.environment.merging([
      "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    ]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { stop() }

  func send(_ message: WorkerMessage) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: message.line)
    } catch {
      throw Ending.crashed(howItEnded())
    }
  }

  /// Waits for the next message, watching the clock, the memory, the user and whether the run has stopped.
  ///
  /// - Throws: `Ending`; the worker is then gone.
  func receive(
    until deadline: ContinuousClock.Instant, megabytes: Int, unless hasStopped: () -> Bool
  ) throws -> WorkerMessage {
    let descriptor = output.fileHandleForReading.fileDescriptor
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[buffer.startIndex..<end]
        buffer = Data(buffer[buffer.index(after: end)...])
        if let message = WorkerMessage(line: Data(line)) { return message }
        continue
      }
      if Interruption.isRequested || hasStopped() { throw end(.interrupted) }
      if ContinuousClock.now > deadline { throw end(.timedOut) }
      if let used = residentMegabytes(), used > megabytes {
        throw end(.outOfMemory(megabytes: used))
      }
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, 200) > 0 else { continue }
      let chunk = output.fileHandleForReading.availableData
      guard !chunk.isEmpty else { throw Ending.crashed(howItEnded()) }
      buffer.append(chunk)
    }
  }

  /// Ends the worker at once; its cell files are whole or absent, so nothing is lost but the cell.
  func stop() {
    guard process.isRunning else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  private func end(_ ending: Ending) -> Ending {
    stop()
    return ending
  }

  private func howItEnded() -> String {
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
      ? "the worker was ended by signal \(process.terminationStatus)"
      : "the worker exited with status \(process.terminationStatus)"
  }

  /// Of the worker; once a second, of the commands that it has started as well.
  private func residentMegabytes() -> Int? {
    guard process.isRunning else { return nil }
    guard ContinuousClock.now >= nextSum else {
      return ProcessMemory.residentMegabytes(of: process.processIdentifier)
    }
    nextSum = .now + .seconds(1)
    return ProcessMemory.residentMegabytes(ofAllUnder: process.processIdentifier)
  }
}
