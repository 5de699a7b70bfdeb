import Datasets
import Foundation
import Market
import Testing

/// The formats and what is handled without asking.
@Suite struct CSVImporterTests {
  static let long = """
    date,ticker,open,high,low,close,volume
    2018-02-06,B,20,22,19,21,200
    2018-02-06,A,10,11,9,10.5,100
    2018-02-07,A,10.5,12,10,11,150
    """

  @Test func longFormat() throws {
    let (panel, report) = try imported(Self.long)
    #expect(panel.days == ["2018-02-06", "2018-02-07"])
    #expect(panel.universe.assets == ["A", "B"])
    #expect(panel.fields == ["open", "high", "low", "close", "volume"])
    #expect(try panel.table("open") == [[10, 20], [10.5, nil]])
    #expect(try panel.table("high") == [[11, 22], [12, nil]])
    #expect(try panel.table("low") == [[9, 19], [10, nil]])
    #expect(try panel.table("close") == [[10.5, 21], [11, nil]])
    #expect(try panel.table("volume") == [[100, 200], [150, nil]])
    #expect(panel.mask == [true, true, true, false])
    #expect(report.rowsRead == 3 && report.rowsKept == 3 && report.observations == 3)
    #expect(report.dates == 2 && report.assets == 2)
    #expect(report.firstDate == "2018-02-06" && report.lastDate == "2018-02-07")
    #expect(report.dropped.isEmpty && report.handled.isEmpty && report.missing.isEmpty)
  }

  @Test func columnsComeInAnyOrderUnderUsualNames() throws {
    let (panel, report) = try imported(
      "Vol,Adj. Close,Symbol,Close/Last,Exchange,Trade_Date\n5,9.5,X,10,NYSE,2020-01-02\n")
    #expect(panel.fields == ["close", "volume"])
    #expect(panel.values == [10, 5])
    #expect(
      report.files[0].columns == [
        "date": "Trade_Date", "asset": "Symbol", "close": "Close/Last", "volume": "Vol",
      ])
    #expect(report.files[0].ignored == ["Adj. Close", "Exchange"])
    #expect(try imported("<TICKER>,<DATE>,<CLOSE>\nX,20200102,7\n").panel.values == [7])
    #expect(try imported("date,ticker,Adj Close\n2020-01-02,X,9\n").panel.values == [9])
    #expect(
      try imported("date,ticker,close,vwap\n2020-01-02,X,9,8\n").panel.fields
        == ["close", "vwap"])
  }

  @Test func columnsAreMappedByTheUser() throws {
    let text = "When,Who,Close,Adj Close\n2020-01-02,X,10,9\n"
    let (panel, report) = try imported(
      text, ["columns": "date=When,asset=Who,close=\"Adj Close\""])
    #expect(panel.values == [9])
    #expect(report.files[0].ignored == ["Close"])
    #expect(try imported(text, ["columns": "date=when,asset=WHO"]).panel.values == [10])
    #expect(
      try refusal(text, ["columns": "date=When,asset=Whom"])
        == "prices.csv:1: no asset column among 'When', 'Who', 'Close', 'Adj Close'; accepted: "
        + "one of these names in --columns instead of 'Whom'")
    #expect(try refusal(text, ["columns": "date=When,asset=When"]).contains("a column of its own"))
  }

  @Test func wideFormat() throws {
    let text = "date,B,A,LOW\n2018-02-07,21,,5\n2018-02-06,20,10,\n"
    let (panel, report) = try imported(text)
    #expect(panel.fields == ["close"])
    #expect(panel.universe.assets == ["A", "B", "LOW"])
    #expect(try panel.table("close") == [[10, 20, nil], [nil, 21, 5]])
    #expect(report.files[0].format == .wide)
    #expect(report.rowsRead == 2 && report.rowsKept == 2 && report.observations == 4)
    #expect(report.handled["cells without a value"] == 2)
    #expect(report.handled["put in order"] == 1)
    #expect(try imported(text, ["format": "wide"]).panel == panel)
    // An index without a name, and a delimiter at the end of each line.
    #expect(try imported(",B,A,LOW,\n2018-02-07,21,,5,\n2018-02-06,20,10,,\n").panel == panel)
    #expect(
      try imported("A,when,B\n1,2020-01-02,2\n", ["columns": "date=when"]).panel.values
        == [1, 2])
    #expect(
      try imported("observation_date,SP500\n2020-01-02,.\n2020-01-03,7\n").report.rowsKept == 1)
  }

  @Test func aWideRowWithoutValuesIsDroppedAndCounted() throws {
    let (panel, report) = try imported("date,A,B\n2020-01-02,,\n2020-01-03,1,2\n")
    #expect(panel.days == ["2020-01-03"])
    #expect(report.rowsRead == 2 && report.rowsKept == 1)
    #expect(report.dropped["no value"] == 1)
    #expect(report.dropped[0].example?.hasSuffix("prices.csv:2") == true)
  }

  @Test func singleAssetFiles() throws {
    let text =
      "Date,Open,High,Low,Close,Adj Close,Volume\r\n1/4/1999,10,12,9,11,10.5,1000\r\n"
      + "1/13/1999,11,12,10,12,11.5,2000\r\n"
    let (panel, report) = try imported(text, as: "sp500-index.csv")
    #expect(panel.universe.assets == ["sp500-index"])
    #expect(panel.days == ["1999-01-04", "1999-01-13"])
    #expect(panel.values == [10, 12, 9, 11, 1000, 11, 12, 10, 12, 2000])
    #expect(report.files[0].format == .single)
    #expect(report.files[0].dates == "month/day/year")
    #expect(report.handled["carriage return"] == 3)
    #expect(try imported(text, ["asset": "SPX"]).panel.universe.assets == ["SPX"])
    #expect(
      try imported("date,price\n2020-01-02,5\n", as: "oil.TXT").panel.universe.assets
        == ["oil"])
    #expect(
      try imported("date,close,x\n2020-01-02,5,6\n", ["format": "wide"]).panel.universe.assets
        == ["close", "x"])
    #expect(
      try refusal(CSVImporterTests.long, ["asset": "SPX"])
        == "prices.csv:1: --asset names one asset, but the column 'ticker' names them row by row; "
        + "accepted: no --asset, or --format single")
  }

  @Test func severalFilesMakeOnePanel() throws {
    let scratch = try Scratch()
    let a = try scratch.write("date,close,volume\n2020-01-03,2,9\n", as: "AAA.csv")
    let b = try scratch.write("Date;Close\n01/02/2020;1\n01/13/2020;3\n", as: "BBB.csv")
    let c = try scratch.write("ticker,date,close,open\nAAA,2020-01-02,5,4\n", as: "more.csv")
    let (panel, report) = try CSVImporter().panel(from: [a, b, c])
    #expect(panel.universe.assets == ["AAA", "BBB"])
    #expect(panel.days == ["2020-01-02", "2020-01-03", "2020-01-13"])
    #expect(panel.fields == ["open", "close", "volume"])
    #expect(try panel.table("close") == [[5, 1], [2, nil], [nil, 3]])
    #expect(try panel.table("open") == [[4, nil], [nil, nil], [nil, nil]])
    #expect(try panel.table("volume") == [[nil, nil], [9, nil], [nil, nil]])
    #expect(report.files.map(\.rows) == [1, 2, 1])
    #expect(report.files.map(\.delimiter) == ["comma", "semicolon", "comma"])
    #expect(report.missing["open"] == 3 && report.missing["volume"] == 3)
  }

  @Test func oneFileSettlesTheOrderOfDayAndMonthForAll() throws {
    let scratch = try Scratch()
    let unclear = try scratch.write("date,close\n1/4/2020,1\n", as: "A.csv")
    let clear = try scratch.write("date,close\n1/14/2020,1\n", as: "B.csv")
    #expect(
      try CSVImporter().panel(from: [unclear, clear]).panel.days
        == ["2020-01-04", "2020-01-14"])
    #expect(throws: ImportError.self) { try CSVImporter().panel(from: [unclear]) }
    #expect(try imported("date,close\n1/4/2020,1\n", ["dates": "dmy"]).panel.days == ["2020-04-01"])
  }

  @Test func unsortedRowsArePutInOrderAndCounted() throws {
    let sorted = try imported("date,ticker,close\n2020-01-02,A,1\n2020-01-03,A,2\n2020-01-06,A,3\n")
    let (panel, report) = try imported(
      "date,ticker,close\n2020-01-06,A,3\n2020-01-02,A,1\n2020-01-03,A,2\n")
    #expect(panel == sorted.panel)
    #expect(report.handled["put in order"] == 1)
    #expect(report.handled[0].example?.hasSuffix("prices.csv:3") == true)
    #expect(sorted.report.handled.isEmpty)
    // By asset, then date, is an order too.
    #expect(
      try imported(
        "date,ticker,close\n2020-01-02,A,1\n2020-01-03,A,2\n2020-01-02,B,3\n"
      ).report.handled.isEmpty)
  }

  @Test func lineEndsMarksQuotesAndBlanksChangeNothing() throws {
    let plain = try imported(Self.long).panel
    let text = Self.long + "\n"
    let crlf = try imported(text.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(crlf.panel == plain)
    #expect(crlf.report.handled["carriage return"] == 4)
    let mark = try imported("\u{FEFF}" + text)
    #expect(mark.panel == plain)
    #expect(mark.report.handled["byte-order"] == 1)
    let cells = text.split(separator: "\n").map { $0.split(separator: ",") }
    let quotedText = cells.map { $0.map { "\"\($0)\"" }.joined(separator: ",") }
    let quoted = try imported(quotedText.joined(separator: "\n"))
    #expect(quoted.panel == plain)
    #expect(quoted.report.handled["quoted"] == 28)
    let blank = try imported("\n \n" + text.replacingOccurrences(of: "\n", with: " \n\n"))
    #expect(blank.panel == plain)
    #expect(blank.report.handled["blank lines"] == 6)
    let spaced = cells.map { $0.joined(separator: "  ;\t ") }.joined(separator: "\n")
    #expect(try imported(spaced).panel == plain)
    let tabs = try imported(text.replacingOccurrences(of: ",", with: "\t"))
    #expect(tabs.panel == plain)
    #expect(tabs.report.files[0].delimiter == "tab")
    let tildes = text.replacingOccurrences(of: ",", with: "~")
    #expect(try imported(tildes, ["delimiter": "~"]).panel == plain)
  }

  @Test func namesMayHoldDelimitersQuotesAndLetters() throws {
    let (panel, _) = try imported(
      "date,ticker,note,close\n2020-01-02,\"BRK, \"\"B\"\"\",\"two\nlines\",1\n2020-01-02,Ørsted,,2\n"
    )
    #expect(panel.universe.assets == ["BRK, \"B\"", "Ørsted"])
    #expect(panel.values == [1, 2])
  }

  @Test func missingValuesStayMissing() throws {
    let (panel, report) = try imported(
      """
      date,ticker,open,close,volume
      2020-01-02,A,,1,
      2020-01-03,A,2,,5
      2020-01-06,A,NaN,null,7
      2020-01-07,A,,,
      2020-01-08,A,3,3,0
      """)
    #expect(panel.days == ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-08"])
    #expect(try panel.table("open") == [[nil], [2], [nil], [3]])
    #expect(try panel.table("close") == [[1], [nil], [nil], [3]])
    #expect(try panel.table("volume") == [[nil], [5], [7], [0]])
    #expect(report.rowsRead == 5 && report.rowsKept == 4)
    #expect(report.missing.map(\.what) == ["open", "close", "volume"])
    #expect(report.missing.map(\.count) == [2, 2, 1])
    #expect(report.dropped["no value in any field"] == 1)
    #expect(report.handled["words for a missing value"] == 2)
  }

  @Test func gzipIsReadByContentNotByName() throws {
    // Made with Python: gzip.compress(b"date,ticker,close\n2020-01-02,A,1.5\n", 9, mtime=0).
    let bytes =
      Data(
        base64Encoded:
          "H4sIAAAAAAACA0tJLEnVKclMzk4t0knOyS9O5TIyMDLQNTDUNTDScdQx1DPlAgCz9U24IwAAAA==") ?? Data()
    let scratch = try Scratch()
    let path = try scratch.write([UInt8](bytes), as: "prices.csv")
    let (panel, report) = try CSVImporter().panel(from: [path])
    #expect(panel.values == [1.5])
    #expect(report.files[0].isCompressed)
    #expect(
      try refusal(Array(bytes.dropLast(5)))
        == "prices.csv: the gzip data are truncated (unexpected end of file)")
    var damaged = [UInt8](bytes)
    damaged[damaged.count - 8] ^= 1
    #expect(try refusal(damaged) == "prices.csv: the gzip data are corrupt (incorrect data check)")
  }

  @Test func aMillionRows() throws {
    var text = Array("date,ticker,close\n".utf8)
    let days = (0..<1000).map { TradingDate(daysSinceEpoch: 10_000 + Int32($0)).description }
    for day in days {
      for asset in 0..<1000 { text += Array("\(day),A\(asset),\(asset + 1)\n".utf8) }
    }
    let scratch = try Scratch()
    let (panel, report) = try CSVImporter().panel(from: [scratch.write(text)])
    #expect(report.rowsKept == 1_000_000)
    #expect(panel.dates == 1000 && panel.assets == 1000)
    let asset = try #require(panel.universe.assets.firstIndex(of: "A37"))
    #expect(panel[999, asset, 0] == 38)
    #expect(panel.mask.allSatisfy { $0 })
  }
}
