import Foundation
import Market
import Testing

@testable import Datasets

/// Values of Qlib's own expression engine on one awkward panel; see `pyqlib_features.py`.
@Suite struct QlibParityTests {
  static let input = Result { try QlibGolden("qlib_panel").panel() }
  static let alpha20 = Result { try QlibGolden("qlib_alpha20") }
  static let alpha158 = Result { try QlibBlock("qlib_alpha158") }
  static let raw = Result { try QlibGolden("qlib_raw") }
  static let features = Result { try Alpha20.compute(input.get(), Alpha20.defaults) }
  static let all = Result { try Alpha158.compute(input.get(), Alpha158.defaults) }
  static let windows = Result { try RawWindows.compute(input.get(), .init(window: 4)) }

  @Test(arguments: Alpha20.columns)
  func alpha20(column: String) throws {
    let (features, panel) = (try Self.features.get(), try Self.input.get())
    let index = try #require(features.columns.firstIndex(of: column))
    try Self.alpha20.get().compare(column, with: panel) { date, asset in
      features[date, asset, index]
    }
  }

  @Test func namesOfAlpha158() throws {
    let (golden, panel) = (try Self.alpha158.get(), try Self.input.get())
    #expect(Alpha158.columns == golden.columns)
    #expect(golden.assets == panel.universe.assets)
    #expect(golden.dates == panel.calendar.dates.map(\.description))
  }

  @Test(arguments: Alpha158.columns)
  func alpha158(column: String) throws {
    let wrong = try Self.alpha158.get().disagreements(in: Self.all.get(), column: column)
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.first ?? "")")
  }

  /// Twenty of the same values, to the bit.
  @Test(arguments: Alpha20.columns)
  func selection(column: String) throws {
    let (some, all) = (try Self.features.get(), try Self.all.get())
    let here = try #require(some.columns.firstIndex(of: column))
    let there = try #require(all.columns.firstIndex(of: column))
    for date in 0..<some.dates {
      for asset in 0..<some.assets {
        let (a, b) = (some[date, asset, here], all[date, asset, there])
        #expect(a.bitPattern == b.bitPattern, "date \(date), asset \(asset)")
      }
    }
  }

  @Test func rawWindows() throws {
    let (windows, panel) = (try Self.windows.get(), try Self.input.get())
    let golden = try Self.raw.get()
    #expect(windows.columns == golden.columns)
    #expect(windows.window == 4)
    for (index, column) in windows.columns.enumerated() {
      try golden.compare(column, with: panel) { windows[$0, $1, index] }
    }
  }

  /// Qlib gives a label to an asset that is not observed on the day of the decision; we do not.
  @Test func label() throws {
    let panel = try Self.input.get()
    let labels = try Labels(try LabelSpec(entryLag: 1, horizon: 1, transform: .none), of: panel)
    let close = try panel.index(of: "close", for: "this test")
    var golden = try Self.alpha20.get()
    golden.rows.removeAll { row in
      guard let date = panel.calendar.dates.firstIndex(of: row.date),
        let asset = panel.universe.assets.firstIndex(of: row.ticker)
      else { return false }
      return panel[date, asset, close].isNaN
    }
    try golden.compare("LABEL", with: panel) { labels.returns[$0 * panel.assets + $1] }
  }
}
