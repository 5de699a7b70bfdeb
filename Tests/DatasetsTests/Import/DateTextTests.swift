import Market
import Testing

@testable import Datasets

@Suite struct DateTextTests {
  private func read(
    _ texts: [String], _ order: ImportOptions.DateOrder? = nil
  ) throws -> [String] {
    var reader = DateText(order: order)
    var days: [String] = []
    for text in texts {
      var text = text
      let day = try text.withUTF8 { try reader.read($0) }
      days.append(TradingDate(daysSinceEpoch: day).description)
    }
    return days
  }

  @Test func theUsualWritingsAreRead() throws {
    #expect(
      try read(["2018-02-07", "2018-02-07", "2018-2-8"])
        == ["2018-02-07", "2018-02-07", "2018-02-08"])
    #expect(try read(["2018/02/07"]) == ["2018-02-07"])
    #expect(try read(["20180207", "19991231"]) == ["2018-02-07", "1999-12-31"])
    #expect(try read(["1/4/1999", "12/28/2018"]) == ["1999-01-04", "2018-12-28"])
    #expect(try read(["12-28-2018"]) == ["2018-12-28"])
    #expect(try read(["31/1/2018", "1/2/2018"], .dmy) == ["2018-01-31", "2018-02-01"])
    #expect(try read(["31.01.2018"], .dmy) == ["2018-01-31"])
    #expect(try read(["2016-02-29"], .ymd) == ["2016-02-29"])
    #expect(try read(["1/2/2018"], .mdy) == ["2018-01-02"])
  }

  @Test func midnightIsSkippedAndOtherTimesRefused() throws {
    let times = [" 00:00", "T00:00:00", " 00:00:00.000", "T00:00:00Z", " 00:00:00-05:00"]
    for time in times { #expect(try read(["2018-02-07" + time]) == ["2018-02-07"]) }
    #expect(try read(["20180207 00:00"]) == ["2018-02-07"])
    for time in [" 09:30", "T16:00:00", " 00:00:01", " noon", " 0"] {
      #expect(throws: DateText.Problem.intraday) { try read(["2018-02-07" + time]) }
    }
  }

  @Test func whatIsNoDateIsRefused() {
    for text in [
      "abc", "2018", "18-02-07", "2018-02", "2018-02-07-01", "2018/02-07", "43138", "1/2/18", "-1",
      "2018-002-07", "Feb 7, 2018", "123456789", "999999999999999999999999", "//", "0000000000",
      "\0\0\0\0\0\0\0\0\0\0",
    ] { #expect(throws: DateText.Problem.notADate, "\(text)") { try read([text]) } }
    #expect(throws: DateText.Problem.empty) { try read([""]) }
    for text in ["2018-02-30", "2018-13-01", "20180431", "13/32/2018", "2023-02-29", "2018-00-10"] {
      #expect(throws: DateText.Problem.noSuchDay, "\(text)") { try read([text]) }
    }
    for text in ["0218-02-07", "9999-01-01", "99991231"] {
      #expect(throws: DateText.Problem.yearOutOfRange, "\(text)") { try read([text]) }
    }
  }

  @Test func tenZeroBytesAfterADateAreNoDate() {
    #expect(throws: DateText.Problem.notADate) {
      try read(["1/4/1999", "\0\0\0\0\0\0\0\0\0\0"])
    }
  }

  @Test func aColumnIsWrittenOneWay() {
    #expect(throws: DateText.Problem.notLikeTheFirst(.compact)) {
      try read(["20180207", "2018-02-08"])
    }
    #expect(throws: DateText.Problem.self) { try read(["2018-02-07", "2/8/2018"]) }
    #expect(throws: DateText.Problem.self) { try read(["2018-02-07", "2018/02/08"]) }
  }

  @Test func dayFirstIsNeverAssumed() {
    #expect(throws: DateText.Problem.dayFirst) { try read(["1/2/2018", "13/2/2018"]) }
    #expect(throws: DateText.Problem.otherOrder(.mdy)) { try read(["2018-02-07"], .mdy) }
    #expect(throws: DateText.Problem.otherOrder(.ymd)) { try read(["2/7/2018"], .ymd) }
    #expect(throws: DateText.Problem.noSuchDay) { try read(["13/2/2018"], .mdy) }
  }
}
