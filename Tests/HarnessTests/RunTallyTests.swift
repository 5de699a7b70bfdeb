import Testing

@testable import Harness

@Suite struct RunTallyTests {
  private func record(failed: Bool = false) throws -> CellRecord {
    let plan = try Plan(Workbench(SmallRun().experiment))
    var record = CellRecord(of: try #require(plan.cells.first))
    if failed { record.failure = .init(stage: .fit, reason: "no luck") }
    return record
  }

  @Test func nothingIsForetoldBeforeACellIsDone() throws {
    var tally = RunTally(cells: 6, markets: 2)
    let empty = String(repeating: "░", count: 24)
    #expect(tally.line(after: .seconds(0)) == "\(empty) 0/6  0/2 markets")
    tally.addMarket()
    #expect(
      tally.line(after: .seconds(4))
        == "███" + String(repeating: "░", count: 21) + " 0/6  1/2 markets")
    tally.addMarket()
    try tally.add(record(failed: true))
    try tally.add(record())
    #expect(
      tally.line(after: .seconds(4))
        == String(repeating: "█", count: 12) + String(repeating: "░", count: 12)
        + " 2/6  0.5 cells/s  8.0 s left  1 failed")
  }

  @Test func aRunWithNothingLeftIsFull() {
    #expect(
      RunTally(cells: 0, markets: 0).line(after: .seconds(1))
        == String(repeating: "█", count: 24) + " 0/0")
  }

  @Test(arguments: [
    (7.46, "7.5 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 5 min"),
    (Double.infinity, "277777 h 46 min"),
  ])
  func timesAreReadable(seconds: Double, text: String) {
    #expect(RunTally.text(seconds: seconds) == text)
  }
}
