import Foundation

/// Standard error, for what is not a result.
enum Terminal {
  static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  static func complain(_ message: String) { write("qbench: \(message)\n") }

  static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
