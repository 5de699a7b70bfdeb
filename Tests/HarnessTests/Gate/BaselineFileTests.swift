import Foundation
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct BaselineFileTests {
  /// Writes a baseline, changes its text, and reads it again.
  private func reread(_ change: (String) -> String) throws -> Baseline {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("baseline-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try BaselineFile.write(MadeUpBaseline().made(), to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try Data(change(text).utf8).write(to: URL(fileURLWithPath: path))
    return try BaselineFile.read(path)
  }

  @Test func whatIsWrittenIsRead() throws {
    var back = try reread { $0 }
    #expect(back.checksum.count == 64)
    back.checksum = ""
    #expect(back == (try MadeUpBaseline().made()))
  }

  @Test func aBrokenFileSaysWhatToDo() throws {
    let cases: [((String) -> String, String)] = [
      ({ String($0.prefix($0.count / 2)) }, "not valid JSON"),
      ({ "<<<<<<< ours\n" + $0 }, "unfinished merge"),
      ({ $0.replacingOccurrences(of: "\"made up\"", with: "\"Made up\"") }, "checksum"),
      ({ $0.replacingOccurrences(of: "\"label\"", with: "\"lable\"") }, "label"),
      ({ $0.replacingOccurrences(of: "\"schema\" : 1", with: "\"schema\" : 0") }, "schema 0"),
      ({ $0.replacingOccurrences(of: "\"schema\" : 1", with: "\"schema\" : 9") }, "schema 9"),
      ({ _ in "{ \"rows\": [] }" }, "is no baseline of qbench"), ({ _ in "" }, "it is empty"),
    ]
    for (change, part) in cases {
      let text = try #require(throws: GateError.self) { try reread(change) }.description
      #expect(text.contains(part), "\(text)")
      #expect(text.contains("qbench baseline write DIR --out"), "\(text)")
    }
    let gone = try #require(throws: GateError.self) { try BaselineFile.read("/nowhere.json") }
    #expect(gone.description.contains("there is no such baseline"))
    let folder = try #require(throws: GateError.self) { try BaselineFile.read("/tmp") }
    #expect(folder.description.contains("it is a folder"))
  }

  /// A file whose checksum was made to fit is still not trusted to have all its numbers.
  @Test func numbersThatAreNotThereAreAFlaw() throws {
    var made = MadeUpBaseline()
    made.metrics = ["rank_ic", "ic"]
    #expect(try made.made().flaw?.contains("the daily numbers of 'dnn' for ic") == true)
    #expect(try MadeUpBaseline().made().flaw == nil)
  }

  @Test func numbersKeepTheirPlaceOnTheGrid() throws {
    let numbers = [0, 0.123456, -0.98, .nan, 1, -1, 1e-9]
    let series = DailySeries(seed: 0, path: 0, column: "rank_ic", numbers: numbers)
    let back = try #require(series.numbers(dates: numbers.count))
    #expect(back[3].isNaN)
    for (a, b) in zip(numbers, back) where !a.isNaN { #expect(abs(a - b) <= series.step / 2) }
    #expect(series.step <= 0x1p-14)
    #expect(DailySeries(seed: 0, path: 0, column: "rank_ic", numbers: back).values == series.values)
    #expect(series.numbers(dates: 6) == nil)
    let huge = DailySeries(seed: 0, path: 0, column: "x", numbers: [1e300, -5e299])
    #expect(huge.numbers(dates: 2).map { abs($0[0] / 1e300 - 1) < 1e-4 } == true)
    let none = DailySeries(seed: 0, path: 0, column: "x", numbers: [.nan, .nan])
    #expect(none.values.isEmpty && none.numbers(dates: 2)?.allSatisfy(\.isNaN) == true)
  }

  @Test func positionsAndFoldsAreReadable() throws {
    let ranges = PositionRanges([0, 1, 2, 5, 6, 9])
    #expect(ranges.positions == [0, 1, 2, 5, 6, 9])
    #expect(try StrictJSON.encode(ranges) == Data("\"0-2, 5-6, 9-9\"".utf8))
    #expect(
      try JSONDecoder().decode(PositionRanges.self, from: StrictJSON.encode(ranges)) == ranges)
    let folds = FoldSegments([(0, 0..<3), (1, 3..<7)])
    #expect(try JSONDecoder().decode(FoldSegments.self, from: StrictJSON.encode(folds)) == folds)
    #expect(folds.folds(of: [0, 2, 3, 6, 8]) == [0, 0, 1, 1, -1])
    for text in ["\"3-1\"", "\"0-5, 4-9\"", "\"a\"", "\"1\""] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(PositionRanges.self, from: Data(text.utf8))
      }
    }
  }
}
