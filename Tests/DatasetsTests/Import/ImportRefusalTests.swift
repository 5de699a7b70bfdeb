import Datasets
import Foundation
import Market
import Testing

/// What is refused, in which words, and what the user can ask for instead.
@Suite struct ImportRefusalTests {
  private func row(_ row: String, _ flags: [String: String] = [:]) throws -> String {
    try refusal(
      "date,ticker,open,high,low,close,volume\n2020-01-02,A,2,3,1,2,10\n\(row)\n", flags)
  }

  private func with(_ row: String, _ on: String) throws -> Imported {
    try imported(
      "date,ticker,open,high,low,close,volume\n2020-01-02,A,2,3,1,2,10\n\(row)\n", ["on": on])
  }

  // MARK: - Files and headers

  @Test func filesWithoutRows() throws {
    #expect(
      try refusal("")
        == "prices.csv: the file is empty; accepted: a header line and at least one row")
    #expect(try refusal("\u{FEFF}").contains("the file is empty"))
    #expect(try refusal("\n\r\n  \n").contains("the file is empty"))
    #expect(
      try refusal("date,ticker,close\n")
        == "prices.csv: a header but no rows; accepted: at least one row below the header")
    #expect(try refusal("date,A,B").contains("a header but no rows"))
    #expect(try refusal("date,ticker,close\n2020-01-02,A,\n").contains("all 1 rows were dropped"))
  }

  @Test func filesThatCannotBeRead() throws {
    let error = #expect(throws: ImportError.self) {
      try CSVImporter().panel(from: ["/nowhere/prices.csv"])
    }
    #expect(
      error?.description
        == "/nowhere/prices.csv: cannot be opened (No such file or directory)")
    #expect(throws: ImportError.self) {
      try CSVImporter().panel(from: [FileManager.default.temporaryDirectory.path])
    }
    #expect(throws: ImportError.self) { try CSVImporter().panel(from: []) }
    #expect(
      try refusal([0xFF, 0xFE, 0x64, 0]) == "prices.csv: the text is UTF-16; accepted: UTF-8")
  }

  @Test func missingColumns() throws {
    #expect(
      try refusal("date,ticker,open\n2020-01-02,A,1\n")
        == "prices.csv:1: no close column among 'date', 'ticker', 'open'; accepted: a column named "
        + "close, close price, closing price, close/last or the like, or --columns close=NAME")
    #expect(try refusal("ticker,close\nA,1\n").contains("no date column among 'ticker', 'close'"))
    #expect(try refusal("date,open,high,low\n2020-01-02,1,1,1\n").contains("no close column"))
    #expect(
      try refusal("date,close\n2020-01-02,1\n", ["format": "long"]).contains("no asset column"))
    #expect(try refusal("foo,bar\nx,1\n").contains("no date column among 'foo', 'bar'"))
    #expect(
      try refusal("date,ticker,close,Close\n2020-01-02,A,1,1\n").contains(
        "columns 3 and 4 are both"))
    #expect(try refusal("date,A,A\n2020-01-02,1,1\n").contains("columns 2 and 3 are both 'A'"))
    #expect(try refusal("date,,A\n2020-01-02,1,1\n").contains("column 2 has no name"))
    #expect(try refusal("date,A,\n2020-01-02,1,5\n").contains("cell 3 has a value but no name"))
    #expect(try refusal("date\n2020-01-02\n").contains("a single column, 'date'"))
    #expect(try refusal("date A\n2020-01-02 1\n").contains("a single column, 'date A'"))
    #expect(
      try refusal("0.78,1.61\n0.79,1.62\n")
        == "prices.csv:1: the first line starts with '0.78', which looks like data; accepted: a "
        + "header line that names the columns, dates among them")
    #expect(try refusal("2020-01-02,A,1\n").contains("looks like data"))
    #expect(try refusal("13/1/2020,A,1\n").contains("looks like data"))
    #expect(
      try refusal(Array("date,".utf8) + [0xE9] + Array(",x\n2020-01-02,1,1\n".utf8))
        == "prices.csv:1: the name of column 2 is not UTF-8; accepted: UTF-8")
    #expect(
      try refusal("date,A,B\n2020-01-02,1,1\n", ["format": "wide", "columns": "close=A"])
        .contains("no close; accepted"))
  }

  // MARK: - Rows

  @Test func cellsThatAreNoNumbers() throws {
    #expect(
      try row("2020-01-03,A,2,3,1,abc,10")
        == "prices.csv:3, column 'close': 'abc' is not a finite number; accepted: digits with a "
        + "point, or nothing where the value is missing; or --on number=drop|blank")
    #expect(try row("2020-01-03,A,2,3,1,2,inf").hasPrefix("prices.csv:3, column 'volume': 'inf'"))
    #expect(try row("2020-01-03,A,-Infinity,3,1,2,1").contains("column 'open': '-Infinity'"))
    #expect(try row("2020-01-03,A,1e39,3,1,2,1").contains("'1e39' is beyond single precision"))
    #expect(try row("2020-01-03,A,2,3,1,\"1,234\",1").contains("'1,234' is not a finite number"))
    #expect(try row("2020-01-03,A,2,3,1,\"\n\",1").contains("'\\u{a}' is not a finite number"))
    let dropped = try with("2020-01-03,A,2,3,1,abc,10", "number=drop")
    #expect(dropped.panel.days == ["2020-01-02"])
    #expect(dropped.report.dropped["not a finite number"] == 1)
    #expect(dropped.report.dropped[0].example?.hasSuffix("prices.csv:3, column 'close'") == true)
    let blanked = try with("2020-01-03,A,2,3,1,abc,10", "number=blank")
    #expect(try blanked.panel.table("close") == [[2], [nil]])
    #expect(try blanked.panel.table("open") == [[2], [2]])
    #expect(blanked.report.blanked["not a finite number"] == 1)
    #expect(blanked.report.missing["close"] == 1)
  }

  @Test func pricesThatAreNotAboveZero() throws {
    #expect(
      try row("2020-01-03,A,2,3,1,0,10")
        == "prices.csv:3, column 'close': price '0' is not above zero; accepted: prices above "
        + "zero; or --on price=drop|blank")
    #expect(try row("2020-01-03,A,2,3,-1,2,10").contains("column 'low': price '-1'"))
    #expect(try row("2020-01-03,A,1e-60,3,1,2,10").contains("column 'open': price '1e-60'"))
    #expect(try with("2020-01-03,A,2,3,-1,2,10", "price=drop").report.dropped["price"] == 1)
    #expect(try with("2020-01-03,A,2,3,-1,2,10", "price=blank").panel.table("low") == [[1], [nil]])
    #expect(try refusal("date,A,B\n2020-01-02,1,-2\n").hasPrefix("prices.csv:2, column 'B': price"))
    let wide = try imported("date,A,B\n2020-01-02,1,-2\n", ["on": "price=drop"])
    #expect(wide.panel.universe.assets == ["A"])
    #expect(wide.report.dropped["price"] == 1)
  }

  @Test func volumesBelowZero() throws {
    #expect(
      try row("2020-01-03,A,2,3,1,2,-10")
        == "prices.csv:3, column 'volume': volume '-10' is negative; accepted: zero or more; "
        + "or --on volume=drop|blank")
    #expect(
      try with("2020-01-03,A,2,3,1,2,-1", "volume=blank").panel.table("volume") == [[10], [nil]])
    #expect(try with("2020-01-03,A,2,3,1,2,-1", "volume=drop").report.rowsKept == 1)
  }

  @Test func aHighBelowTheLowIsMadeMissing() throws {
    let bad = "2020-01-03,A,2,1,3,2,10"
    let (panel, report) = try with(bad, "outside=keep")
    #expect(try panel.table("high") == [[3], [nil]] && panel.table("low") == [[1], [nil]])
    #expect(try panel.table("close") == [[2], [2]])
    #expect(report.blanked["high below low"] == 1)
    #expect(report.kept.isEmpty)
    #expect(
      try row(bad, ["on": "inverted=error"])
        == "prices.csv:3: high 1.0 is below low 3.0; accepted: high no less than low; "
        + "or --on inverted=blank|drop")
    #expect(try with(bad, "inverted=drop").report.dropped["high below low"] == 1)
  }

  @Test(arguments: ["2020-01-03,A,4,3,1,2,10", "2020-01-03,A,2,3,1,0.5,10", "2020-01-03,A,,3,1,9,"])
  func anOpenOrCloseOutsideIsKeptAndCounted(bad: String) throws {
    let (panel, report) = try with(bad, "price=error")
    #expect(report.kept["outside low…high"] == 1)
    #expect(report.rowsKept == 2)
    #expect(try panel.table("high") == [[3], [3]])
    #expect(try row(bad, ["on": "outside=error"]).contains("prices.csv:3: open"))
    #expect(try with(bad, "outside=drop").report.rowsKept == 1)
    let blanked = try with(bad, "outside=blank")
    #expect(try blanked.panel.table("high") == [[3], [nil]])
    #expect(try blanked.panel.table("open") == [[2], [nil]])
    #expect(try blanked.panel.table("close")[1] != [nil])
  }

  @Test func duplicates() throws {
    #expect(
      try row("2020-01-02,A,2,3,1,2,10")
        == "prices.csv:3: 'A' on 2020-01-02 was already given at prices.csv:2; accepted: one row "
        + "per asset and date, or --on duplicate=drop to keep the first")
    let (panel, report) = try with("2020-01-02,A,2,3,1,2.5,11", "duplicate=drop")
    #expect(try panel.table("close") == [[2]])
    #expect(report.rowsRead == 2 && report.rowsKept == 1 && report.observations == 1)
    #expect(report.dropped["given before"] == 1)
    let scratch = try Scratch()
    let first = try scratch.write("date,A,B\n2020-01-02,1,2\n", as: "a.csv")
    let second = try scratch.write(
      "date,ticker,close\n2020-01-03,B,2\n2020-01-02,B,2\n", as: "b.csv")
    let error = #expect(throws: ImportError.self) {
      try CSVImporter().panel(from: [first, second])
    }
    #expect(
      error?.description.hasPrefix(
        "\(second):3: 'B' on 2020-01-02 was already given at \(first):2") == true)
  }

  @Test func raggedRows() throws {
    #expect(
      try row("2020-01-03,A,2")
        == "prices.csv:3: 3 cells under a header of 7; accepted: as many cells as the header has; "
        + "or --on ragged=drop")
    #expect(try row("2020-01-03,A,2,3,1,2,10,").contains("8 cells under a header of 7"))
    #expect(try with("2020-01-03", "ragged=drop").report.dropped["another number of cells"] == 1)
    #expect(try refusal("date,A,B\n2020-01-02,1\n").contains("prices.csv:2: 2 cells"))
  }

  @Test func dates() throws {
    #expect(
      try row("soon,A,2,3,1,2,10")
        == "prices.csv:3, column 'date': 'soon' is not a date; accepted: 2018-02-07, 2/7/2018 "
        + "(month first) or 20180207; or --on date=drop")
    #expect(try row(",A,2,3,1,2,10").contains("column 'date': the date is empty"))
    #expect(try row("2020-02-30,A,2,3,1,2,10").contains("is a day that does not exist"))
    #expect(try row("20200103,A,2,3,1,2,10").contains("not written like the dates above it"))
    #expect(try row("2020-01-03 09:30,A,2,3,1,2,10").contains("has a time of day"))
    #expect(try with("Total,,,,,,10", "date=drop").report.dropped["no valid date"] == 1)
    #expect(
      try refusal("date,close\n1/2/2020,1\n13/2/2020,1\n")
        == "prices.csv:3, column 'date': '13/2/2020' looks like day/month/year; accepted: "
        + "month/day/year, or --dates dmy if these are day/month/year; or --on date=drop")
    #expect(
      try refusal("date,close\n1/2/2020,1\n3/2/2020,1\n")
        == "prices.csv:2: every date, such as '1/2/2020', fits month/day/year and day/month/year; "
        + "accepted: --dates mdy or --dates dmy")
    #expect(
      try refusal("date,close\n2020-01-02,1\n", ["dates": "mdy"]).contains("in the order mdy"))
  }

  @Test func assetNames() throws {
    #expect(
      try row("2020-01-03,,2,3,1,2,10")
        == "prices.csv:3, column 'ticker': the asset's name is empty; accepted: a name in UTF-8; "
        + "or --on asset=drop")
    #expect(try with("2020-01-03, ,2,3,1,2,10", "asset=drop").report.dropped["asset name"] == 1)
    let latin = Array("date,ticker,close\n2020-01-02,".utf8) + [0xD8] + Array("RSTED,1\n".utf8)
    #expect(try refusal(latin).contains("prices.csv:2, column 'ticker'"))
    #expect(try refusal(latin).contains("is not UTF-8"))
    // What is not read need not be UTF-8.
    let note = Array("date,ticker,note,close\n2020-01-02,A,".utf8) + [0xD8] + Array(",1\n".utf8)
    let scratch = try Scratch()
    #expect(try CSVImporter().panel(from: [scratch.write(note)]).panel.values == [1])
  }

  @Test func panelsThatWouldNotFit() throws {
    var small = ImportOptions()
    small.panelLimit = 4 * 3
    let scratch = try Scratch()
    let path = try scratch.write("date,A,B\n2020-01-02,1,2\n2020-01-03,1,2\n")
    #expect(throws: ImportError.tooLarge(dates: 2, assets: 2, fields: 1, limit: 12)) {
      try CSVImporter(options: small).panel(from: [path])
    }
    small.panelLimit = 4 * 4
    #expect(try CSVImporter(options: small).panel(from: [path]).panel.values.count == 4)
  }

  /// Damage of every kind at random places: an error or a panel, never a crash.
  @Test func randomDamageNeverCrashes() throws {
    let text = Array(CSVImporterTests.long.utf8)
    let scratch = try Scratch()
    var seed = SeedStream(seed: 5)
    let interesting = Array("\",;\n\r\t .-/0e\0".utf8) + [0xFF, 0xEF, 0x1F, 0x8B]
    var refused = 0
    for _ in 0..<600 {
      var bytes = text
      for _ in 0..<(1 + seed.next() % 4) {
        let at = Int(seed.next() % UInt64(bytes.count))
        switch seed.next() % 3 {
        case 0: bytes[at] = interesting[Int(seed.next() % UInt64(interesting.count))]
        case 1: bytes.remove(at: at)
        default: bytes.insert(interesting[Int(seed.next() % UInt64(interesting.count))], at: at)
        }
      }
      let path = try scratch.write(bytes)
      do { _ = try CSVImporter().panel(from: [path]) } catch is any UserFacingError { refused += 1 }
    }
    #expect(refused > 200)
  }
}
