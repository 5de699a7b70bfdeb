import Datasets
import Market
import Testing

@Suite struct ImportOptionsTests {
  @Test func flagsAreParsed() throws {
    let parsed = try options([
      "columns": "date=Date, asset=Name,close=\"Adj Close, raw\"", "format": "wide",
      "dates": "DMY", "delimiter": "semicolon", "asset": "SPX", "on": "outside=drop,price=blank",
    ])
    #expect(parsed.columns == [.date: "Date", .asset: "Name", .close: "Adj Close, raw"])
    #expect(parsed.format == .wide)
    #expect(parsed.dates == .dmy)
    #expect(parsed.delimiter == UInt8(ascii: ";"))
    #expect(parsed.asset == "SPX")
    #expect(parsed.treatments == [.outside: .drop, .price: .blank])
    #expect(parsed.treatment(of: .price) == .blank)
    #expect(parsed.treatment(of: .number) == .error)
    for (name, byte) in [("comma", ","), ("tab", "\t"), ("bar", "|"), (";", ";"), ("~", "~")] {
      #expect(try options(["delimiter": name]).delimiter == byte.utf8.first)
    }
  }

  @Test func nonsenseIsRefusedWithWhatIsAccepted() throws {
    for (flag, value) in [
      ("columns", "clsoe=x"), ("columns", "close"), ("columns", "close="), ("columns", ""),
      ("columns", "close=a,close=b"), ("columns", "close=\"a"), ("format", "tall"),
      ("dates", "iso"), ("delimiter", ""), ("delimiter", "a"), ("delimiter", "7"),
      ("delimiter", "\""), ("delimiter", "\n"), ("delimiter", "é"), ("delimiter", "."),
      ("asset", ""), ("on", "outside"), ("on", "outsid=drop"), ("on", "date=blank"),
      ("on", "date=keep"),
    ] {
      let error = #expect(throws: ImportError.self, "\(flag)=\(value)") {
        try options([flag: value])
      }
      #expect(error?.description.hasPrefix("--\(flag) is") == true)
      #expect(error?.description.contains("; accepted: ") == true)
    }
    let error = #expect(throws: SpecError.self) { try options(["colums": "a=b"]) }
    #expect(error?.description.contains("did you mean 'columns'?") == true)
  }

  @Test func everyTreatmentOfEveryProblemIsAccepted() throws {
    for problem in RowProblem.allCases {
      for treatment in problem.treatments {
        let parsed = try options(["on": "\(problem.rawValue)=\(treatment.rawValue)"])
        #expect(parsed.treatment(of: problem) == treatment)
      }
    }
  }
}
