import Datasets
import Foundation
import Market
import Testing

/// Real files that are not part of the repository: `QBENCH_TEST_DATA`, or `../shared/data` beside it.
private let folder: String = {
  if let named = ProcessInfo.processInfo.environment["QBENCH_TEST_DATA"] { return named }
  var root = URL(fileURLWithPath: #filePath)
  for _ in 0..<4 { root.deleteLastPathComponent() }
  // A checkout may stand one level deeper than usual.
  let candidates = ["../shared/data", "../../shared/data"].map {
    root.appendingPathComponent($0).path
  }
  return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
}()

private func has(_ name: String) -> Bool {
  FileManager.default.fileExists(atPath: "\(folder)/\(name)")
}

/// Counts and totals that pandas gives for the same files: `benchmarks/peers/pandas_import.py`.
@Suite struct RealDataImportTests {
  @Test(
    .enabled(
      if: has("sp500-5yr.csv.gz") && has("sp500-sectors.csv"),
      "sp500-5yr.csv.gz is in neither QBENCH_TEST_DATA nor ../shared/data"))
  func fiveYearsOfTheSP500() throws {
    let (panel, report) = try CSVImporter().panel(
      from: ["\(folder)/sp500-5yr.csv.gz"], attributes: "\(folder)/sp500-sectors.csv")
    #expect(report.rowsRead == 619_040 && report.rowsKept == 619_040)
    #expect(report.dates == 1259 && report.assets == 505)
    #expect(report.firstDate == "2013-02-08" && report.lastDate == "2018-02-07")
    #expect(report.dropped.isEmpty && report.handled.isEmpty)
    #expect(report.blanked["high below low"] == 1)
    #expect(report.kept["outside low…high"] == 11)
    // Eight rows of the file lack high and low; one more contradicts itself.
    #expect(report.missing["open"] == 11)
    #expect(report.missing["high"] == 8 + 1 && report.missing["low"] == 8 + 1)
    #expect(report.missing["close"] == nil && report.missing["volume"] == nil)
    #expect(panel.mask.count { $0 } == 619_040)
    #expect(report.attributes.map(\.known) == [505] && report.attributes.map(\.groups) == [11])

    let closes = try panel.series(of: "close", for: "this test").filter { !$0.isNaN }
    let opens = try panel.series(of: "open", for: "this test").filter { !$0.isNaN }
    #expect(abs(closes.reduce(0.0) { $0 + Double($1) } - 51_407_410.905560255) < 0.01)
    #expect(abs(opens.reduce(0.0) { $0 + Double($1) } - 51_393_851.618341446) < 0.01)
    let last = try #require(panel.universe.assets.firstIndex(of: "ZTS"))
    #expect(panel[1258, last, 3] == 73.86)
  }

  @Test(
    .enabled(
      if: has("sp500-index-1999-2018.csv.gz"),
      "sp500-index-1999-2018.csv.gz is in neither QBENCH_TEST_DATA nor ../shared/data"))
  func twentyYearsOfTheIndex() throws {
    let (panel, report) = try CSVImporter().panel(from: ["\(folder)/sp500-index-1999-2018.csv.gz"])
    #expect(panel.universe.assets == ["sp500-index-1999-2018"])
    #expect(report.rowsKept == 5031 && report.dates == 5031)
    #expect(report.files[0].dates == "month/day/year")
    #expect(report.files[0].ignored == ["Adj Close"])
    #expect(report.firstDate == "1999-01-04" && report.lastDate == "2018-12-31")
    #expect(report.handled["carriage return"] == 5032)
    #expect(report.missing.isEmpty && report.kept.isEmpty)
  }
}
