import Foundation
import HDF5
import Market
import TestSupport
import Testing

@testable import Models

/// Everything a command can do wrong is a reason, and nothing of it survives its cell.
@Suite struct ExternalFailureTests {
  static let sleep = "sleep 300"

  static let failures: [(script: String, error: ExternalError)] = [
    ("exit 3", .exited(status: 3, said: "")),
    (
      #"printf 'one\n\n  two\033[1m\nno %s here\n' "$QBENCH_TRAIN" >&2; exit 1"#,
      .exited(status: 1, said: "one | two [1m | no $QBENCH_FOLDER/train.h5 here")
    ),
    ("kill -SEGV $$", .signalled(11, name: "Segmentation fault", said: "")),
    ("echo done >&2", .noOutput(said: "done")),
    ("mkdir \"$QBENCH_OUTPUT\"", .noOutput(said: "")),
    ("mkfifo \"$QBENCH_OUTPUT\"", .noOutput(said: "")),
    (": > \"$QBENCH_OUTPUT\"", .count(expected: 16, got: 0)),
    ("seq 15 > \"$QBENCH_OUTPUT\"", .count(expected: 16, got: 15)),
    ("seq 17 > \"$QBENCH_OUTPUT\"", .count(expected: 16, got: 17)),
    (
      "{ seq 5; echo nan; seq 10; } > \"$QBENCH_OUTPUT\"",
      .notFinite(row: 5, date: 19, asset: "A1", value: .nan)
    ),
    (
      "{ seq 15; echo -1e39; } > \"$QBENCH_OUTPUT\"",
      .notFinite(row: 15, date: 21, asset: "A3", value: -1e39)
    ),
    ("{ seq 3; echo 1,5; seq 12; } > \"$QBENCH_OUTPUT\"", .notANumber(line: 4, text: "1,5")),
    ("{ seq 3; echo; seq 12; } > \"$QBENCH_OUTPUT\"", .notANumber(line: 4, text: "")),
    ("{ echo label; seq 16; } > \"$QBENCH_OUTPUT\"", .notANumber(line: 1, text: "label")),
    (
      "head -c 20000 /dev/zero > \"$QBENCH_OUTPUT\"",
      .unreadable("20000 bytes of text are too much for 16 numbers")
    ),
  ]

  @Test(arguments: failures.indices)
  func aFailureHasItsReason(_ index: Int) throws {
    let (script, expected) = Self.failures[index]
    let fixture = try ExternalFixture()
    do {
      _ = try fixture.predict("echo \"$QBENCH_FOLDER\" > \"$HERE/folder\"; \(script)")
      Issue.record("no error")
    } catch let error as ExternalError {
      // NaN is not equal to itself; its text is.
      #expect(error.description == expected.description)
      #expect(!error.description.contains("\n"))
    }
    let folder = try fixture.text("folder").trimmingCharacters(in: .newlines)
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func longLastWordsAreCutInFront() throws {
    let fixture = try ExternalFixture()
    do {
      _ = try fixture.predict("seq 1 9999 | tr '\\n' ' ' >&2; printf '\\nthe end'  >&2; exit 1")
      Issue.record("no error")
    } catch ExternalError.exited(1, let said) {
      #expect(
        said.count == 500 && said.hasPrefix("…") && said.hasSuffix("9998 9999 | the end"), "\(said)"
      )
    }
  }

  @Test func whatCannotBeStartedIsNamed() throws {
    let fixture = try ExternalFixture()
    func expect(_ command: [String], _ text: String) {
      #expect("\(text) for \(command)") {
        _ = try fixture.predict("") { $0.command = command }
      } throws: {
        ($0 as? ExternalError)?.description.contains(text) == true
      }
    }
    try fixture.write("no program", to: "plain")
    try fixture.write("#!/no/such/interpreter\n", to: "script")
    chmod(fixture.path("script"), 0o755)
    try fixture.write("echo no first line\n", to: "bare")
    chmod(fixture.path("bare"), 0o755)
    expect(["no-such-program"], "no program named no-such-program is on the PATH")
    expect(["/no/such/program"], "there is no program /no/such/program")
    expect([fixture.path("plain")], "that can be run")
    expect([fixture.folder], "that can be run")
    expect([fixture.path("script")], "cannot be started: No such file or directory")
    expect([fixture.path("bare")], "needs a first line such as #!/bin/sh")
  }

  @Test func theProgramIsLookedForOnTheCommandsOwnPath() throws {
    let fixture = try ExternalFixture()
    try fixture.write("#!/bin/sh\n/usr/bin/seq 16 > \"$QBENCH_OUTPUT\"\n", to: "mine")
    chmod(fixture.path("mine"), 0o755)
    let predictions = try fixture.predict("") {
      ($0.command, $0.environment["PATH"]) = (["mine"], fixture.folder)
    }
    #expect(predictions == (1...16).map(Float.init))
  }

  // MARK: - Processes

  @Test func timeIsUpForTheWholeGroup() throws {
    let fixture = try ExternalFixture()
    let script = "echo slow >&2; sh -c 'echo $$ > \"$HERE/child\"; sleep 300; :' & wait"
    #expect(throws: ExternalError.timedOut(seconds: 1, said: "slow")) {
      try fixture.predict(script) { $0.timeoutSeconds = 1 }
    }
    let child = try fixture.text("child").trimmingCharacters(in: .newlines)
    #expect(!StrayProcess.isRunning(child))
  }

  @Test func nothingIsLeftBehind() throws {
    let fixture = try ExternalFixture()
    let script = """
      echo $$ > "$HERE/leader"
      cut -d ' ' -f 5 /proc/$$/stat > "$HERE/group"
      sleep 300 & echo $! > "$HERE/background"
      seq 16 > "$QBENCH_OUTPUT"
      """
    #expect(try fixture.predict(script).count == 16)
    let ids = try ["leader", "group", "background"].map {
      try fixture.text($0).trimmingCharacters(in: .newlines)
    }
    #expect(Set(ids).count == 3)
    // The command and its guard are collected; a stray belongs to init, which may take its time.
    for id in ids.prefix(2) { #expect(!FileManager.default.fileExists(atPath: "/proc/\(id)")) }
    #expect(!StrayProcess.isRunning(ids[2]))
  }

  @Test func standardInputIsEmptyAndNothingElseIsOpen() throws {
    let stray = open("/dev/null", O_RDONLY)
    defer { close(stray) }
    let fixture = try ExternalFixture()
    let script = """
      cat > "$HERE/input"; ls /proc/self/fd > "$HERE/open"; echo noise; seq 16 > "$QBENCH_OUTPUT"
      """
    #expect(try fixture.predict(script).count == 16)
    #expect(try fixture.text("input").isEmpty)
    let files = try fixture.text("open").split(separator: "\n")
    // The fourth is the folder that `ls` is listing.
    #expect(files == ["0", "1", "2", "3"])
  }

  @Test func signalsThatThisThreadBlocksReachTheCommand() throws {
    let fixture = try ExternalFixture()
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let ignored = signal(SIGHUP, SIG_IGN)
    defer { signal(SIGHUP, ignored) }
    // No shell: some empty the mask themselves.
    let program = """
      BEGIN {
        while ((getline line < "/proc/self/status") > 0) print line > (ENVIRON["HERE"] "/status")
      }
      """
    #expect(throws: ExternalError.noOutput(said: "")) {
      try fixture.predict("") { $0.command = ["awk", program] }
    }
    let status = try fixture.text("status").split(separator: "\n")
    for name in ["SigBlk:", "SigIgn:"] {
      let line = try #require(status.first { $0.hasPrefix(name) })
      let mask = try #require(UInt64(line.dropFirst(8), radix: 16))
      // glibc itself ignores signals 32 and 33 in a new process, which are its own.
      #expect(mask & 0x7fff_ffff == 0, "\(line)")
    }
  }

  // MARK: - Predictions in HDF5

  private func read(_ fixture: ExternalFixture, _ body: (HDF5File) throws -> Void) throws -> [Float]
  {
    let path = fixture.path("predictions")
    try? FileManager.default.removeItem(atPath: path)
    let file = try HDF5File(creating: path)
    try body(file)
    try file.close()
    return try PredictionsReader(path: path, rows: fixture.test).read()
  }

  @Test func floatsOfEitherSizeAreRead() throws {
    let fixture = try ExternalFixture()
    let values = (0..<16).map { Float($0) / 4 }
    #expect(
      try read(fixture) { try $0.write(values, as: "/predictions", shape: [16], chunk: [16]) }
        == values)
    #expect(
      try read(fixture) {
        try $0.write(values.map(Double.init), as: "/predictions", shape: [16, 1], chunk: [16, 1])
      } == values)
  }

  @Test func wrongHDF5HasItsReason() throws {
    let fixture = try ExternalFixture()
    func expect(_ text: String, _ body: (HDF5File) throws -> Void) {
      #expect {
        _ = try read(fixture, body)
      } throws: {
        ($0 as? ExternalError)?.description.contains(text) == true
      }
    }
    func values(_ count: Int) -> [Float] { Array(repeating: 1, count: count) }
    expect("/predictions: there is no such object") { _ in }
    expect("/predictions: ") { try $0.createGroup("/predictions") }
    expect("15 predictions for 16 test rows") {
      try $0.write(values(15), as: "/predictions", shape: [15], chunk: [15])
    }
    expect("has shape 4 × 4; accepted: 16") {
      try $0.write(values(16), as: "/predictions", shape: [4, 4], chunk: [4, 4])
    }
    expect("are int64; accepted: float32 or float64") {
      try $0.write(values(16).map { Int64($0) }, as: "/predictions", shape: [16], chunk: [16])
    }
    expect("are string") { try $0.write(values(16).map { "\($0)" }, as: "/predictions") }
    expect("test row 0, counted from 0 (A0 at date 18), is inf") {
      let values = [Double.infinity] + Array(repeating: 1, count: 15)
      try $0.write(values, as: "/predictions", shape: [16], chunk: [16])
    }
  }

  @Test func aDamagedFileIsAReasonOrItsValues() throws {
    let fixture = try ExternalFixture()
    let values = (0..<16).map { Float($0) }
    _ = try read(fixture) { try $0.write(values, as: "/predictions", shape: [16], chunk: [16]) }
    let path = fixture.path("predictions")
    let whole = try #require(FileManager.default.contents(atPath: path))
    var stream = SeedTree(root: 1).stream("damage")
    for _ in 0..<40 {
      let place = Int(stream.uniform() * Double(whole.count))
      var flipped = whole
      flipped[place] ^= 0x55
      for bytes in [whole.prefix(place), flipped] {
        try bytes.write(to: URL(filePath: path))
        do {
          let read = try PredictionsReader(path: path, rows: fixture.test).read()
          #expect(bytes.count == whole.count && read == values)
        } catch is ExternalError {}
      }
    }
  }
}
