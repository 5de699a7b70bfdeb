import Foundation

/// The built `qbench`, run as a user would.
enum Binary {
  struct Result {
    let status: Int32
    let output: String
    let errors: String
  }

  /// Beside the test bundle, where the build puts both.
  static var url: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("qbench")
  }

  static func run(_ arguments: String..., in folder: URL) throws -> Result {
    try run(arguments, in: folder)
  }

  static func run(_ arguments: [String], in folder: URL) throws -> Result {
    try result(of: start(arguments, in: folder), in: folder)
  }

  /// Read from files rather than pipes: nothing can fill up and block.
  private static func result(of process: Process, in folder: URL) throws -> Result {
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus,
      output: try String(contentsOf: folder.appendingPathComponent(".out"), encoding: .utf8),
      errors: try String(contentsOf: folder.appendingPathComponent(".err"), encoding: .utf8))
  }

  /// Runs shell commands in which `qbench` is the built one; `output` holds what went to either stream.
  static func shell(
    _ commands: String, in folder: URL, adding variables: [String: String] = [:]
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-eu", "-c", commands]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] =
      url.deletingLastPathComponent().path + ":" + (environment["PATH"] ?? "")
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "QBENCH_CACHE"] {
      environment[name] = nil
    }
    process.environment = environment.merging(variables) { $1 }
    let log = folder.appending(path: ".log")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    (process.standardOutput, process.standardError) = (handle, handle)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Result(
      status: process.terminationStatus, output: try String(contentsOf: log, encoding: .utf8),
      errors: "")
  }

  static func start(_ arguments: [String], in folder: URL) throws -> Process {
    try start(url, arguments, in: folder)
  }

  /// Runs a script of bash in which `$QBENCH` is the binary.
  static func script(_ script: String, under wrapper: [String] = [], in folder: URL) throws
    -> Result
  {
    let words = wrapper + ["bash", "-c", "QBENCH='\(url.path)'\n" + script]
    return try result(
      of: start(URL(fileURLWithPath: "/usr/bin/env"), words, in: folder), in: folder)
  }

  private static func start(
    _ program: URL, _ arguments: [String], in folder: URL
  ) throws -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    for (name, stream) in [(".out", \Process.standardOutput), (".err", \Process.standardError)] {
      let file = folder.appendingPathComponent(name)
      try Data().write(to: file)
      process[keyPath: stream] = try FileHandle(forWritingTo: file)
    }
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}

/// A folder that goes away with the test.
final class Scratch {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("qbench-e2e-\(UUID().uuidString)").resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: url.appendingPathComponent(name))
  }

  func data(_ name: String) throws -> Data {
    try Data(contentsOf: url.appendingPathComponent(name))
  }

  func files(in folder: String) -> [String] {
    let path = url.appendingPathComponent(folder).path
    return (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }

  /// Processes whose command line names a path in this folder.
  func workers() -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap(Int32.init).filter { id in
      let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
      let text = String(decoding: line, as: UTF8.self)
      return text.contains("\0worker\0") && text.contains(url.path)
    }
  }
}
