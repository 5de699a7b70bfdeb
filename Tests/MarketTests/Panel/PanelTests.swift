import Market
import TestSupport
import Testing

@Suite struct PanelTests {
  static func panel(
    fields: [String] = ["close", "volume"], values: [Float]
  ) throws -> Panel {
    try Panel(
      calendar: weekdays(2), universe: Universe(["A", "B"]), fields: fields, values: values)
  }

  @Test func laysOutDateAssetField() throws {
    let panel = try Self.panel(values: [1, 2, 3, 4, 5, 6, .nan, .nan])
    #expect((panel.dates, panel.assets) == (2, 2))
    #expect(panel[1, 0, 1] == 6)
    #expect(panel[0, 1, 0] == 3)
    #expect(panel.mask == [true, true, true, false])
    #expect(try panel.series(of: "volume", for: "x").dropLast() == [2, 4, 6])
  }

  @Test func masksWhatHasAnyField() throws {
    let panel = try Self.panel(values: [.nan, 2, .nan, .nan, 5, .nan, 0, 0])
    #expect(panel.mask == [true, false, true, true])
  }

  @Test func refusesContradictions() throws {
    #expect(throws: PanelError.size(expected: 8, got: 7)) {
      try Self.panel(values: Array(repeating: 1, count: 7))
    }
    #expect(throws: PanelError.repeatedField("close")) {
      try Self.panel(fields: ["close", "close"], values: Array(repeating: 1, count: 8))
    }
    let dates = try weekdays(2)
    #expect(throws: PanelError.notFinite(field: "volume", date: dates[1], asset: "A")) {
      try Self.panel(values: [1, 2, 3, 4, 5, -.infinity, .infinity, 8])
    }
    #expect(throws: PanelError.unorderedDates(dates[1], dates[1])) {
      try TradingCalendar([dates[0], dates[1], dates[1]])
    }
    #expect(throws: PanelError.unorderedDates(dates[1], dates[0])) {
      try TradingCalendar([dates[1], dates[0]])
    }
    #expect(throws: PanelError.emptyAssetName) { try Universe(["A", ""]) }
    #expect(throws: PanelError.repeatedAsset("A")) { try Universe(["A", "B", "A"]) }
    #expect(throws: PanelError.attributeLength(name: "sector", expected: 2, got: 1)) {
      try Universe(["A", "B"], attributes: ["sector": ["Energy"]])
    }
  }

  @Test func namesWhatIsMissingAndWhoNeedsIt() throws {
    let panel = try Self.panel(values: Array(repeating: 1, count: 8))
    let error = PanelError.missingField("open", has: ["close", "volume"], neededFor: "the test")
    #expect(throws: error) { try panel.series(of: "open", for: "the test") }
    #expect(
      error.description == "the test needs the field 'open'; this panel has: close, volume")
  }

  @Test func equalityTakesNaNForNaN() throws {
    let a = try Self.panel(values: [1, 2, 3, 4, 5, 6, .nan, .nan])
    #expect(try a == Self.panel(values: [1, 2, 3, 4, 5, 6, -.nan, .signalingNaN]))
    #expect(try a != Self.panel(values: [1, 2, 3, 4, 5, 6, .nan, 0]))
    // Equal content is equal bytes, and 0 and −0 are not.
    let zeros = [Float](repeating: 0, count: 8)
    #expect(try Self.panel(values: zeros) != Self.panel(values: zeros.map { -$0 }))
  }

  @Test func groupsByAttribute() throws {
    let universe = try Universe(
      ["A", "B", "C", "D"], attributes: ["sector": ["Tech", nil, "Energy", "Tech"]])
    let groups = try #require(universe.groups(by: "sector"))
    #expect(groups.names == ["Energy", "Tech"])
    #expect(groups.index == [1, nil, 0, 1])
    #expect(universe.groups(by: "country") == nil)
  }

  /// What other tests rest on: seeded, reproducible, awkward and consistent.
  @Test func madeUpPanelIsWhatItSays() throws {
    let panel = try madeUpPanel()
    #expect(try panel == madeUpPanel())
    #expect(try panel != madeUpPanel(seed: 2))
    #expect(!panel.mask[3] && panel.mask[(panel.dates - 1) * panel.assets + 3])
    #expect(panel.values.contains { $0 == 0 })
    for date in 0..<panel.dates {
      for asset in 0..<panel.assets {
        let bar = (0..<4).map { panel[date, asset, $0] }
        guard !bar.contains(where: \.isNaN) else { continue }
        #expect(bar[1] >= max(bar[0], bar[3]) && bar[2] <= min(bar[0], bar[3]) && bar[2] > 0)
      }
    }
  }
}
