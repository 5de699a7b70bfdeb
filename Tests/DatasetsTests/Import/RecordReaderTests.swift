import Testing

@testable import Datasets

@Suite struct RecordReaderTests {
  private func records(
    _ text: String, delimiter: UInt8? = nil
  ) throws -> (rows: [[String]], lines: [Int]) {
    let scratch = try Scratch()
    var reader = try RecordReader.open(scratch.write(text), delimiter: delimiter)
    var rows: [[String]] = []
    var lines: [Int] = []
    while try reader.next() {
      rows.append((0..<reader.count).map { String(decoding: reader[$0], as: UTF8.self) })
      lines.append(reader.line)
    }
    return (rows, lines)
  }

  @Test func everyLineEndIsOne() throws {
    for end in ["\n", "\r\n", "\r"] {
      let (rows, lines) = try records("a,b\(end)1,2\(end)\(end)3,4")
      #expect(rows == [["a", "b"], ["1", "2"], ["3", "4"]])
      #expect(lines == [1, 2, 4])
    }
  }

  @Test func quotedFieldsMayHoldAnything() throws {
    let (rows, lines) = try records(
      "a,b,c\n\"x, y\",\"say \"\"hi\"\"\",\"two\nlines\"\n \"p\" ,\"\",\"\"\"\"\n1,2,3\n")
    #expect(
      rows == [
        ["a", "b", "c"], ["x, y", "say \"hi\"", "two\nlines"], ["p", "", "\""], ["1", "2", "3"],
      ])
    #expect(lines == [1, 2, 4, 5])
  }

  @Test func blanksAroundFieldsGoAndEmptyFieldsStay() throws {
    #expect(
      try records(" a , b\t,c \n,,\n  \n 1 2 ,3,").rows
        == [["a", "b", "c"], ["", "", ""], ["1 2", "3", ""]])
  }

  @Test func theDelimiterIsTheMostFrequentOne() throws {
    #expect(try records("a;b;c\n1,5;2;3").rows[1] == ["1,5", "2", "3"])
    #expect(try records("a\tb\n1\t\n").rows == [["a", "b"], ["1", ""]])
    #expect(try records("a|b\n1|2").rows[1] == ["1", "2"])
    #expect(try records("\"x;y;z\",b\n1,2").rows[0] == ["x;y;z", "b"])
    #expect(try records("a;b\n1;2", delimiter: UInt8(ascii: ",")).rows[0] == ["a;b"])
  }

  @Test func recordsMayStraddleBlocks() throws {
    // Lines of 17 bytes do not divide a block of 2²⁰; carriage returns land on its border too.
    let count = 200_000
    var text = "date,x\r\n"
    for index in 0..<count {
      let digits = String(index)
      text += "\"a\"\"\",00000" + String(repeating: "0", count: 6 - digits.count) + digits + "\r\n"
    }
    let scratch = try Scratch()
    var reader = try RecordReader.open(scratch.write(text), delimiter: nil)
    var seen = -1
    while try reader.next() {
      if seen >= 0 {
        let isRight =
          reader.count == 2 && reader[0].elementsEqual("a\"".utf8)
          && Int(String(decoding: reader[1], as: UTF8.self)) == seen
        if !isRight {
          Issue.record("record \(seen)")
          break
        }
      }
      seen += 1
    }
    #expect(seen == count)
    #expect(reader.oddities.carriageReturns == count + 1)
    #expect(reader.oddities.quotedFields == count)
    #expect(reader.line == count + 1)
  }

  /// What takes two bytes to tell must not be told from the first alone.
  @Test(arguments: ["\r\n", "\"\"x\",2\r\n"]) func pairsMayStraddleBlocks(pair: String) throws {
    let start = "a,b\r\n"
    let lead = pair.hasPrefix("\"") ? "\"" : "1,"
    let fill = String(repeating: "y", count: (1 << 20) - start.count - 1 - lead.utf8.count - 1)
    let (rows, lines) = try records(start + lead + fill + pair + "3,4\r\n")
    #expect(rows.count == 3 && lines == [1, 2, 3])
    #expect(rows[1] == (lead == "1," ? ["1", fill] : [fill + "\"x", "2"]))
  }

  @Test func linesLongerThanABlockAreRead() throws {
    let long = String(repeating: "x", count: 3 << 20)
    #expect(try records("a,b\n\(long),2\n").rows[1] == [long, "2"])
  }

  @Test func absurdlyLongLinesAndOpenQuotesAreRefused() throws {
    let long = String(repeating: "x", count: RecordReader.longestRecord + 1)
    #expect(throws: ImportError.self) { try records("a,b\n\(long),2\n") }
    let error = #expect(throws: ImportError.self) { try records("a,b\n1,2\n3,\"4\n5,6\n") }
    #expect(error?.description.contains(":3: a quoted field is never closed") == true)
    let after = #expect(throws: ImportError.self) { try records("a,b\n\"1\"2,3\n") }
    #expect(after?.description.contains(":2: field 1 goes on after its closing quote") == true)
  }
}
