import Foundation
import Testing

/// Faults of disks and directories, made for real: each ends with a clear error and status 1, loses nothing
/// that was finished, and the same command goes on once it is put right.
@Suite(.serialized) struct FaultTests {
  private func scratch(withWhole: Bool = false) throws -> Scratch {
    let scratch = try Scratch()
    try scratch.write(RunTests.spec, to: "spec.json5")
    if withWhole {
      let whole = try Binary.run("run", "spec.json5", "--out", "whole", in: scratch.url)
      #expect(whole.status == 0, "\(whole.errors)")
    }
    return scratch
  }

  /// A mount of one's own, seen by the script alone and gone with it.
  private static let ownMounts =
    ["unshare", "--mount"] + (geteuid() == 0 ? [] : ["--map-root-user"])

  private static let canMount: Bool = {
    guard let scratch = try? Scratch() else { return false }
    let tried = try? Binary.script(
      "mkdir disk && mount -t tmpfs -o size=64k none disk && mount -o remount,bind,ro disk",
      under: ownMounts, in: scratch.url)
    return tried?.status == 0
  }()

  @Test(.enabled(if: canMount, "neither mounts nor user namespaces are allowed here"))
  func aFullDiskStopsTheRunAndLosesNothing() throws {
    let scratch = try scratch(withWhole: true)
    let result = try Binary.script(
      """
      mkdir disk && mount -t tmpfs -o size=256k none disk || exit 1
      $QBENCH run spec.json5 --out disk/run --jobs 2 2> full.txt; echo $? > full.status
      find disk -name '*.tmp' > left.txt
      mount -o remount,size=64m disk
      $QBENCH run spec.json5 --out disk/run --jobs 2 2> again.txt || exit 2
      cmp disk/run/leaderboard.json whole/leaderboard.json
      """, under: Self.ownMounts, in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(String(decoding: try scratch.data("full.status"), as: UTF8.self) == "1\n")
    let full = String(decoding: try scratch.data("full.txt"), as: UTF8.self)
    #expect(full.contains("No space left on device"), "\(full)")
    #expect(full.contains("give the same command again to go on"), "\(full)")
    #expect(!full.contains("internal error") && !full.contains("failed"), "\(full)")
    #expect(try scratch.data("left.txt").isEmpty)
    let again = String(decoding: try scratch.data("again.txt"), as: UTF8.self)
    #expect(again.contains(" already there"), "\(again)")
  }

  /// What a limit on files does wherever nothing can be mounted: a cell's predictions cannot be written.
  @Test func aFileThatCannotGrowStopsTheRunAndLosesNothing() throws {
    let scratch = try scratch(withWhole: true)
    let limited = try Binary.script(
      "ulimit -f 8; $QBENCH run spec.json5 --out run --jobs 2", in: scratch.url)
    #expect(limited.status == 1, "\(limited.errors)")
    #expect(limited.errors.contains("File too large"), "\(limited.errors)")
    #expect(limited.errors.contains("give the same command again to go on"))
    #expect(!limited.errors.contains("failed  "), "\(limited.errors)")
    let again = try Binary.run("run", "spec.json5", "--out", "run", in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try scratch.data("run/leaderboard.json") == scratch.data("whole/leaderboard.json"))
  }

  @Test(.enabled(if: canMount, "neither mounts nor user namespaces are allowed here"))
  func aReadOnlyFileSystemIsSaid() throws {
    let scratch = try scratch(withWhole: true)
    let result = try Binary.script(
      """
      mount --bind whole whole && mount -o remount,bind,ro whole || exit 1
      for command in 'run spec.json5 --out whole' 'report whole' 'run spec.json5 --out whole/new'; do
        $QBENCH $command; echo $?
      done
      """, under: Self.ownMounts, in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "1\n1\n1\n", "\(result.output)")
    let lines = result.errors.split(separator: "\n").filter { $0.contains("cannot write") }
    #expect(lines.count == 3, "\(result.errors)")
    #expect(lines.allSatisfy { $0.hasSuffix("Read-only file system") }, "\(lines)")
  }

  /// Root writes where it may not, but for what it is started without.
  private static let withoutOverride =
    geteuid() == 0
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"] : []

  private static let canBeDenied: Bool = {
    guard let scratch = try? Scratch() else { return false }
    let tried = try? Binary.script(
      "mkdir folder && chmod a-w folder && ! touch folder/file", under: withoutOverride,
      in: scratch.url)
    return tried?.status == 0
  }()

  @Test(.enabled(if: canBeDenied, "permissions do not bind this user"))
  func aDirectoryThatMayNotBeWrittenIsSaidAndUnchanged() throws {
    let scratch = try scratch(withWhole: true)
    let before = try scratch.data("whole/leaderboard.json")
    let result = try Binary.script(
      """
      mkdir parent && chmod a-w parent && find whole -exec chmod a-w {} +
      for command in 'run spec.json5 --out whole' 'report whole' 'run spec.json5 --out parent/run'; do
        $QBENCH $command; echo $?
      done
      chmod -R u+w parent whole
      $QBENCH report whole > report.txt
      """, under: Self.withoutOverride, in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "1\n1\n1\n", "\(result.output)")
    let lines = result.errors.split(separator: "\n").filter { $0.contains("cannot write") }
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasSuffix("Permission denied") }, "\(lines)")
    #expect(try scratch.data("whole/leaderboard.json") == before)
  }

  @Test func aSecondRunInADirectoryIsRefusedAndDisturbsNothing() throws {
    let scratch = try scratch()
    try scratch.write(
      RunTests.spec.replacingOccurrences(of: "epochs: 2", with: "epochs: 100, patience: 100"),
      to: "spec.json5")
    let first = try Binary.start(
      ["run", "spec.json5", "--jobs", "1", "--out", "run"], in: scratch.url)
    while scratch.files(in: "run/cells").isEmpty, first.isRunning { usleep(5_000) }
    let other = try Scratch()
    for command in [["run", scratch.url.path + "/spec.json5", "--out"], ["report"]] {
      let second = try Binary.run(command + [scratch.url.path + "/run"], in: other.url)
      #expect(second.status == 1, "\(command)")
      #expect(second.errors.contains("another qbench is running in"), "\(second.errors)")
      #expect(!second.errors.contains("cells"))
    }
    #expect(first.isRunning, "too quick to be disturbed: give it more to do")
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
    #expect(scratch.files(in: "run/predictions").count == 15)
    #expect(try Binary.run("report", "run", in: scratch.url).status == 0)
  }
}
