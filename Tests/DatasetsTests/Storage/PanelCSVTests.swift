import Datasets
import Market
import Testing

@Suite struct PanelCSVTests {
  @Test func writesLongFormat() throws {
    try StorageFixture.inFolder { folder in
      let panel = try Panel(
        calendar: TradingCalendar([17_568, 17_569].map(TradingDate.init(daysSinceEpoch:))),
        universe: Universe(["A", "B,\"C\""]), fields: ["close", "volume"],
        values: [1.1, 3e7, .nan, 5, .nan, .nan, -0.0, .nan])
      let path = folder + "/panel.csv"
      try PanelCSV.write(panel, to: path)
      let expected = """
        date,ticker,close,volume
        2018-02-06,A,1.1,3e+07
        2018-02-06,"B,""C""\",,5.0
        2018-02-07,"B,""C""\",-0.0,

        """
      #expect(String(decoding: try StorageFixture.bytes(path), as: UTF8.self) == expected)
      #expect(try FileNames.list(folder) == ["panel.csv"])
    }
  }

  @Test func everyNumberReadsBackAsTheSameBits() throws {
    try StorageFixture.inFolder { folder in
      var random = SeedTree(root: 9).stream("bits")
      let values = (0..<2000).map { _ -> Float in
        let value = Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random))
        return value.isFinite ? value : 1
      }
      let panel = try Panel(
        calendar: TradingCalendar([TradingDate(daysSinceEpoch: 0)]),
        universe: Universe((0..<2000).map { "A\($0)" }), fields: ["close"], values: values)
      try PanelCSV.write(panel, to: folder + "/panel.csv")
      let text = String(decoding: try StorageFixture.bytes(folder + "/panel.csv"), as: UTF8.self)
      let read = text.split(separator: "\n").dropFirst().map { line in
        Float(line.split(separator: ",")[2])?.bitPattern
      }
      #expect(read == values.map(\.bitPattern))
    }
  }

  @Test func anEmptyPanelHasItsHeader() throws {
    try StorageFixture.inFolder { folder in
      let panel = try StorageFixture.panel(dates: 0, assets: 2, fields: 1)
      try PanelCSV.write(panel, to: folder + "/panel.csv")
      #expect(try StorageFixture.bytes(folder + "/panel.csv") == Array("date,ticker,f0\n".utf8))
    }
  }
}
