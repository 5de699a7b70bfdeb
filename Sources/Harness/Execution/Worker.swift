import Foundation
import Market
import Models
import Torch

/// The worker's side: reads one job a line, carries it out, stores what comes of it, says so.
public enum Worker {
  /// A worker whose parent was killed ends at once: what it works on would be done twice.
  private static func endWithParent() {
    Thread.detachNewThread {
      var request = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
      while true {
        let count = poll(&request, 1, -1)
        if count > 0, request.revents & Int16(POLLHUP | POLLERR) != 0 { _exit(0) }
        if count < 0, errno != EINTR { return }
      }
    }
  }

  /// Serves until standard input ends: what `qbench worker --run DIR` does.
  ///
  /// A program whose runs have `families` of its own is its own worker: started by `WorkerPool` with the arguments
  /// `worker --run DIR`, it calls this.
  /// - Returns: The exit status.
  public static func serve(
    _ directory: RunDirectory, families: Registry<ModelEntry> = modelRegistry
  ) -> Int32 {
    Interruption.ignore()
    endWithParent()
    // Standard output belongs to the protocol: whatever a library prints goes to standard error.
    let answers = FileHandle(fileDescriptor: dup(STDOUT_FILENO), closeOnDealloc: true)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    func say(_ message: WorkerMessage) { try? answers.write(contentsOf: message.line) }
    do {
      try TorchRuntime.configureForWorker()
      let workbench = try Workbench(directory.readSpec(), families: families)
      let plan = try Plan(workbench)
      let cells = Dictionary(
        plan.cells.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      let markets = Dictionary(
        plan.markets.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      let runner = try CellRunner(workbench, directory: directory)
      let maker = SyntheticMarketMaker(runner)
      let changed = WorkerMessage.fatal(
        "the data or the spec changed while the run was going on", isUsers: true)
      say(.ready)
      var spent = ProcessTime.seconds
      while let line = readLine(strippingNewline: true) {
        // What a job needs is not what the worker's earlier ones needed.
        ProcessMemory.forgetPeak()
        switch WorkerMessage(line: Data(line.utf8)) {
        case .train(let keys):
          let wanted = keys.compactMap { cells[$0] }
          guard wanted.count == keys.count else {
            say(changed)
            return 1
          }
          try runner.carryOut(
            wanted, in: directory, entering: { say(.stage($0)) },
            finishing: {
              $0.peakMegabytes = ProcessMemory.peakMegabytes
              $0.processorSeconds = ProcessTime.seconds - spent
            },
            finished: {
              // What explaining took is no part of the next cell.
              spent = ProcessTime.seconds
              say(.done(key: $0.key))
            })
        case .generate(let key):
          guard let market = markets[key] else {
            say(changed)
            return 1
          }
          _ = try maker.carryOut(
            market, in: directory, entering: { say(.stage($0)) },
            finishing: {
              $0.peakMegabytes = ProcessMemory.peakMegabytes
              $0.processorSeconds = ProcessTime.seconds - spent
            })
          spent = ProcessTime.seconds
          say(.done(key: key))
        default: continue
        }
      }
      return 0
    } catch {
      say(.fatal("\(error)", isUsers: error is any UserFacingError))
      return 1
    }
  }
}
