import Foundation

/// A child process started with a clean slate: no blocked or ignored signal, no stray open file.
///
/// `Process` of Foundation cannot put a child into a group of our choosing, and threads of
/// libdispatch would hand it their blocked signals.
struct SpawnedProcess {
  enum Input {
    case file(String)
    case descriptor(Int32)
  }

  let id: pid_t

  #if canImport(Darwin)
    private typealias Actions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
  #else
    private typealias Actions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
  #endif

  /// Starts `program`; `group` is the process group it joins, 0 for one of its own.
  ///
  /// - Throws: `ExternalError.cannotStart`, with the system's reason.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], group: pid_t,
    input: Input, output: String, errors: String
  ) throws {
    #if canImport(Darwin)
      var (actions, attributes): (Actions, Attributes) = (nil, nil)
    #else
      var (actions, attributes) = (Actions(), Attributes())
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    switch input {
    case .file(let path): posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
    case .descriptor(let end): posix_spawn_file_actions_adddup2(&actions, end, 0)
    }
    for (stream, path) in [(Int32(1), output), (2, errors)] {
      posix_spawn_file_actions_addopen(
        &actions, stream, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    var flags = Int32(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    #if canImport(Darwin)
      flags |= POSIX_SPAWN_CLOEXEC_DEFAULT
    #else
      // A child that outlived us would hold open what it inherited, such as the worker's answers.
      for file in Self.openFiles() { posix_spawn_file_actions_addclose(&actions, file) }
    #endif
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    posix_spawnattr_setpgroup(&attributes, group)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    for fixed in [SIGKILL, SIGSTOP] { sigdelset(&all, fixed) }
    posix_spawnattr_setsigdefault(&attributes, &all)

    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var (id, status) = (pid_t(), Int32())
    Self.withStrings(arguments) { arguments in
      Self.withStrings(variables) { variables in
        status = posix_spawn(&id, program, &actions, &attributes, arguments, variables)
      }
    }
    guard status == 0 else {
      let hint =
        switch status {
        case ENOENT: " (the interpreter that its first line names?)"
        case ENOEXEC: " (a script needs a first line such as #!/bin/sh)"
        default: ""
        }
      throw ExternalError.cannotStart(
        program: program, reason: String(cString: strerror(status)) + hint)
    }
    self.id = id
  }

  /// How the process ended; `nil` while it runs.
  func poll() -> SupervisedCommand.Ending? { collect(WNOHANG) }

  /// Waits for the end of the process.
  func wait() -> SupervisedCommand.Ending { collect(0) ?? .lost }

  private func collect(_ options: Int32) -> SupervisedCommand.Ending? {
    var status: Int32 = 0
    while true {
      switch waitpid(id, &status, options) {
      case 0: return nil
      case id: return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
      default: if errno != EINTR { return .lost }
      }
    }
  }

  #if !canImport(Darwin)
    /// Open files beyond the standard three; closing one that is gone by then does no harm.
    ///
    /// glibc's `addclosefrom_np` would do, and is hidden from Swift.
    private static func openFiles() -> [Int32] {
      let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      return names?.compactMap { Int32($0) }.filter { $0 > 2 } ?? Array(3..<256)
    }
  #endif

  private static func withStrings(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Void
  ) {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    body(copies + [nil])
  }
}
