import Foundation
import Market

/// Why a command gave no predictions that can be used.
///
/// `said` is the end of what the command wrote to standard error, in one line.
enum ExternalError: UserFacingError, Equatable {
  case noTrainingRows
  case inputChanged(String)
  case cannotPrepare(String)
  case notFound(program: String)
  case cannotStart(program: String, reason: String)
  case exited(status: Int32, said: String)
  case signalled(Int32, name: String, said: String)
  case timedOut(seconds: Double, said: String)
  case lost
  case noOutput(said: String)
  case unreadable(String)
  case notANumber(line: Int, text: String)
  case count(expected: Int, got: Int)
  case notFinite(row: Int, date: Int, asset: String, value: Double)

  var description: String {
    switch self {
    case .noTrainingRows: "there are no training rows to hand to the command"
    case .inputChanged(let path):
      "\(path) changed, or went away, after the spec was resolved; start the run again"
    case .cannotPrepare(let reason): "the files for the command cannot be written: \(reason)"
    case .notFound(let program):
      program.contains("/")
        ? "there is no program \(program) that can be run"
        : "no program named \(program) is on the PATH"
    case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)"
    case .exited(let status, let said):
      "the command exited with status \(status)\(Self.quoting(said))"
    case .signalled(let number, let name, let said):
      "the command was ended by signal \(number) (\(name))\(Self.quoting(said))"
    case .timedOut(let seconds, let said):
      String(format: "the command took longer than %g s (timeoutSeconds) and was killed", seconds)
        + Self.quoting(said)
    case .lost: "how the command ended cannot be told: SIGCHLD is ignored in this process"
    case .noOutput(let said):
      "the command exited with status 0 and wrote no file to QBENCH_OUTPUT\(Self.quoting(said))"
    case .unreadable(let reason): "the predictions cannot be read: \(reason)"
    case .notANumber(let line, let text):
      "line \(line) of the predictions is '\(text)'; accepted: one number a line"
    case .count(let expected, let got):
      "the command wrote \(got) predictions for \(expected) test rows"
    case .notFinite(let row, let date, let asset, let value):
      "the prediction of test row \(row), counted from 0 (\(asset) at date \(date)), is \(value); "
        + "accepted: finite numbers that fit 32 bits"
    }
  }

  private static func quoting(_ said: String) -> String {
    said.isEmpty ? "; it wrote nothing to standard error" : "; its last words: \(said)"
  }
}
