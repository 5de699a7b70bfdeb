import Foundation
import Testing

@testable import Harness

@Suite struct ProcessMemoryTests {
  private static let canForget = FileManager.default.fileExists(atPath: "/proc/self/clear_refs")

  /// What one job needed is not counted for the next.
  @Test(.enabled(if: canForget)) func aPeakIsForgotten() throws {
    let megabytes = 400
    do {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: megabytes << 20, alignment: 4096)
      defer { memory.deallocate() }
      memory.initializeMemory(as: UInt8.self, repeating: 1, count: megabytes << 20)
    }
    let before = try #require(ProcessMemory.peakMegabytes)
    #expect(before >= megabytes)
    ProcessMemory.forgetPeak()
    #expect(try #require(ProcessMemory.peakMegabytes) < before - megabytes / 2)
  }

  /// What a child of a child holds counts, also after its own parent has ended.
  @Test(.enabled(if: canForget), arguments: ["", "& sleep 0.2"])
  func childrenCount(_ background: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // `tail` holds a line until it has seen its end.
    process.arguments = [
      "-c",
      "sh -c '{ head -c 200000000 /dev/zero; sleep 60; } | tail \(background)'; sleep 60",
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    defer {
      kill(-process.processIdentifier, SIGKILL)
      process.terminate()
    }
    func megabytes() -> Int {
      ProcessMemory.residentMegabytes(ofAllUnder: process.processIdentifier) ?? 0
    }
    for _ in 0..<250 where megabytes() < 180 { usleep(20_000) }
    if !background.isEmpty { usleep(400_000) }
    #expect((180..<300).contains(megabytes()))
    #expect(try #require(ProcessMemory.residentMegabytes(of: process.processIdentifier)) < 20)
    #expect(ProcessMemory.residentMegabytes(ofAllUnder: .max) == nil)
  }
}
