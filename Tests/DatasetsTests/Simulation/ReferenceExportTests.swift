import Foundation
import Market
import Testing

@testable import Datasets

/// Writes the default reference market with its truth for `benchmarks/peers/reference_signals.py`.
@Suite struct ReferenceExportTests {
  static let target = ProcessInfo.processInfo.environment["QBENCH_REFERENCE_CSV"]
  /// Instead of the default's 1,000.
  static let dates = ProcessInfo.processInfo.environment["QBENCH_REFERENCE_DATES"]

  @Test(.enabled(if: target != nil, "set QBENCH_REFERENCE_CSV to the file to write"))
  func export() throws {
    let path = try #require(Self.target)
    var parameters = ReferenceMarket.defaults
    if let dates = Self.dates.flatMap({ Int($0) }) { parameters.dates = dates }
    let dataset = try ReferenceMarket.make(parameters)
    let panel = dataset.panel
    let expected = try #require(dataset.truth?.expected(LabelSpec.standard))
    var lines = ["date,ticker,open,high,low,close,volume,truth"]
    for date in 0..<panel.dates {
      for asset in 0..<panel.assets {
        let row =
          panel.fields.indices.map { panel[date, asset, $0] }
          + [expected[date * panel.assets + asset]]
        let cells = row.map { $0.isNaN ? "" : "\($0)" }
        lines.append(
          "\(panel.calendar[date]),\(panel.universe.assets[asset]),"
            + cells.joined(separator: ","))
      }
    }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
    #expect(lines.count == panel.dates * panel.assets + 1)
  }
}
