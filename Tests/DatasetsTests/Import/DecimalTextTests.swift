import Market
import Testing

@testable import Datasets

@Suite struct DecimalTextTests {
  private func read(_ text: String) -> DecimalCell {
    var text = text
    return text.withUTF8 { DecimalText().read($0) }
  }

  private func double(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { DecimalText().double($0) }
  }

  @Test func numbersAreRead() {
    let cases: [(String, Float)] = [
      ("1", 1), ("-2.5", -2.5), ("+3", 3), ("007", 7), (".5", 0.5), ("5.", 5), ("1e3", 1000),
      ("1E-2", 0.01), ("2.5e+1", 25), ("0", 0), ("0.000", 0), ("1229.22998", 1229.22998),
      ("3.4028234663852886e38", Float.greatestFiniteMagnitude), ("1e-60", 0),
      ("0e999999999999", 0), ("0.1", 0.1), ("877000000", 877_000_000),
    ]
    for (text, value) in cases { #expect(read(text) == .value(value), "\(text)") }
  }

  @Test func whatIsNoNumberIsSaidToBeNone() {
    for text in [
      "abc", "1,5", "1 2", "$3", "0x10", "1e", "1e+", "e5", "--1", "+", "-", "1.2.3", "1_000",
      "inf",
      "-Infinity", "5%", "１", "1e5.5", "nano", "(3)",
    ] { #expect(read(text) == .notNumeric, "\(text)") }
    for text in ["NaN", "nan", "NA", "N/A", "null", "None", "#N/A", "."] {
      #expect(read(text) == .missingWord, "\(text)")
    }
    #expect(read("") == .empty)
    for text in ["3.5e38", "1e400", "-1e39", "1e999999999999999999999"] {
      #expect(read(text) == .tooLarge, "\(text)")
    }
    #expect(read(String(repeating: "9", count: 400)) == .tooLarge)
    #expect(read("1" + String(repeating: "0", count: 400) + "e-400") == .value(1))
  }

  @Test func doublesAgreeWithTheStandardLibraryToTheLastBit() {
    var seed = SeedStream(seed: 11)
    for index in 0..<60_000 {
      let text: String
      switch index % 5 {
      case 0: text = "\(Double(seed.next() % 1_000_000_000) / 10_000)"
      case 1: text = "\(seed.next() % 100_000).\(seed.next() % 100_000_000)"
      case 2: text = "\(Double(bitPattern: seed.next()))"
      case 3: text = "\(seed.next())\(seed.next() % 1000)e\(Int(seed.next() % 80) - 60)"
      default: text = "\(seed.next() % (1 << 54))e\(Int(seed.next() % 50) - 25)"
      }
      guard let expected = Double(text), expected.isFinite else { continue }
      #expect(double(text)?.bitPattern == expected.bitPattern, "\(text)")
    }
  }
}
