import Foundation

/// A command that cannot outlive its cell, however that ends.
///
/// The command runs in a process group led by a guard: a few lines of shell that wait on a pipe
/// whose other end only this process holds. When the command is done, or its time is up, the whole
/// group is killed. When this process is killed instead (Ctrl-C, a limit of the run), the pipe closes
/// and the guard does both: ends the group and removes the folder.
struct SupervisedCommand {
  enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    /// Somebody else collected the status.
    case lost
  }

  private static let guardScript = """
    trap '' TERM
    read -r line
    kill -TERM 0
    if [ -n "$1" ]; then rm -rf -- "$1"; fi
    kill -KILL 0
    """

  private let arguments: [String]
  private let environment: [String: String]
  private let program: String

  /// - Throws: `ExternalError.notFound` where there is no such program on the `PATH` of `environment`.
  init(_ command: [String], environment: [String: String]) throws {
    guard let name = command.first, let program = Self.find(name, environment["PATH"]) else {
      throw ExternalError.notFound(program: command.first ?? "")
    }
    arguments = command
    self.environment = environment
    self.program = program
  }

  /// Runs the command to its end, at most for `seconds`.
  ///
  /// Its standard input is empty; what it prints goes to files of the folder. It inherits no other
  /// open file, no blocked signal and the current folder of this process.
  ///
  /// - Throws: `ExternalError.cannotStart`.
  func run(in folder: ExternalFolder, seconds: Double) throws -> Ending {
    let lifeline = try Lifeline()
    let sentinel = try SpawnedProcess(
      "/bin/sh", ["sh", "-c", Self.guardScript, "sh", folder.isKept ? "" : folder.path],
      environment: ["PATH": "/usr/bin:/bin"], group: 0, input: .descriptor(lifeline.readingEnd),
      output: "/dev/null", errors: "/dev/null")
    defer {
      // The guard is not collected yet, so its number still means its group and no other.
      kill(-sentinel.id, SIGKILL)
      _ = sentinel.wait()
      withExtendedLifetime(lifeline) {}
    }
    let process = try SpawnedProcess(
      program, arguments, environment: environment, group: sentinel.id, input: .file("/dev/null"),
      output: folder.standardOutput, errors: folder.standardError)
    let deadline = ContinuousClock.now + .seconds(seconds)
    var pause: UInt32 = 500
    while true {
      if let ending = process.poll() { return ending }
      guard ContinuousClock.now < deadline else { break }
      usleep(pause)
      pause = min(2 * pause, 20_000)
    }
    kill(-sentinel.id, SIGKILL)
    _ = process.wait()
    return .timedOut
  }

  /// Where a program lies: at its path where it has a slash, else in the first folder that has it.
  private static func find(_ name: String, _ path: String?) -> String? {
    func isProgram(_ path: String) -> Bool {
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
    }
    if name.contains("/") { return isProgram(name) ? name : nil }
    return (path ?? "/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "./\(name)" : "\($0)/\(name)" }.first(where: isProgram)
  }
}

/// A pipe that closes when this process ends, and not before.
private final class Lifeline {
  let readingEnd: Int32
  private let writingEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw ExternalError.cannotPrepare("no pipe: \(String(cString: strerror(errno)))")
    }
    (readingEnd, writingEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(readingEnd)
    close(writingEnd)
  }
}
