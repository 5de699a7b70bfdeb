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
}
