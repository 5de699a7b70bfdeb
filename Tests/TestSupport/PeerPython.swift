import Foundation

/// A Python with what the examples need (h5py, scikit-learn); tests are skipped where there is none.
public enum PeerPython {
  /// `QBENCH_PEER_PYTHON`, or else `python3`.
  public static let command: String? = {
    let named = ProcessInfo.processInfo.environment["QBENCH_PEER_PYTHON"] ?? "python3"
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [named, "-c", "import h5py, sklearn"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 0 ? named : nil
  }()
}

/// Processes that a test did not start itself.
public enum StrayProcess {
  /// Whether a process is there and not merely waiting to be collected.
  public static func isRunning(_ id: String) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else {
      return false
    }
    return status.split(separator: ")").last?.split(separator: " ").first != "Z"
  }
}
