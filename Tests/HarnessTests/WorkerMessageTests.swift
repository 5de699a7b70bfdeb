import Foundation
import Testing

@testable import Harness

@Suite struct WorkerMessageTests {
  @Test(arguments: [
    WorkerMessage.ready, .generate(key: "abc"), .train(keys: ["a", "b"]), .stage(.fit),
    .done(key: "abc"),
    .fatal("two\nlines and a \"quote\"", isUsers: true),
  ])
  func aMessageIsOneLineAndComesBack(_ message: WorkerMessage) throws {
    let line = message.line
    #expect(line.last == UInt8(ascii: "\n"))
    #expect(line.count(where: { $0 == UInt8(ascii: "\n") }) == 1)
    #expect(WorkerMessage(line: line.dropLast()) == message)
  }

  @Test func whatIsNoMessageIsNone() {
    #expect(WorkerMessage(line: Data("Segmentation fault".utf8)) == nil)
    #expect(WorkerMessage(line: Data()) == nil)
  }
}
