import Foundation
import Market
import Torch

/// The worker's side: reads one cell a line, carries it out, stores it, says so.
public enum Worker {
  /// Serves until standard input ends.
  ///
  /// - Returns: The exit status.
  public static func serve(_ directory: RunDirectory) -> Int32 {
    Interruption.ignore()
    // Standard output belongs to the protocol: whatever a library prints goes to standard error.
    let answers = FileHandle(fileDescriptor: dup(STDOUT_FILENO), closeOnDealloc: true)
    dup2(STDERR_FILENO, STDOUT_FILENO)
    func say(_ message: WorkerMessage) { try? answers.write(contentsOf: message.line) }
    do {
      try TorchRuntime.configureForWorker()
      let workbench = try Workbench(directory.readSpec())
      let cells = Dictionary(
        try Plan(workbench).cells.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      let runner = try CellRunner(workbench)
      say(.ready)
      while let line = readLine(strippingNewline: true) {
        guard case .run(let key) = WorkerMessage(line: Data(line.utf8)) else { continue }
        guard let cell = cells[key] else {
          say(.fatal("the data or the spec changed while the run was going on; start it again"))
          return 1
        }
        _ = try runner.carryOut(cell, in: directory, entering: { say(.stage($0)) }) {
          $0.peakMegabytes = ProcessMemory.peakMegabytes
        }
        say(.done(key: key))
      }
      return 0
    } catch {
      say(.fatal("\(error)"))
      return 1
    }
  }
}
