import Foundation
import Market
import Testing

@Suite struct StrictJSONTests {
  struct Inner: Codable, Equatable {
    var depth = 2
    var rate = 0.5
    var name: String?

    init(depth: Int = 2, rate: Double = 0.5, name: String? = nil) {
      (self.depth, self.rate, self.name) = (depth, rate, name)
    }

    enum CodingKeys: CodingKey { case depth, rate, name }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      depth = try values.decodeIfPresent(Int.self, forKey: .depth) ?? 2
      rate = try values.decodeIfPresent(Double.self, forKey: .rate) ?? 0.5
      name = try values.decodeIfPresent(String.self, forKey: .name)
    }
  }

  struct Outer: Codable, Equatable {
    var inner: Inner
    var list: [Inner]
    var flag: Bool
  }

  static func decode(_ text: String) throws -> Outer {
    try StrictJSON.decode(Outer.self, from: Data(text.utf8), named: "spec.json")
  }

  @Test func takesJSON5() throws {
    let outer = try Self.decode(
      """
      // what is tried today
      {
        inner: {rate: +1e-3, name: 'a "b"',}, /* no depth */
        list: [{depth: 0x10}, {}],
        flag: true,
      }
      """)
    #expect(outer.inner == Inner(rate: 1e-3, name: #"a "b""#))
    #expect(outer.list == [Inner(depth: 16), Inner()])
  }

  @Test func namesTheStrayKey() throws {
    #expect(
      throws: SpecError.strayKeys(["flagg"], in: "spec.json", known: ["flag", "inner", "list"])
    ) { try Self.decode(#"{"inner": {}, "list": [], "flag": true, "flagg": false}"#) }
  }

  @Test func namesTheStrayKeyWithin() throws {
    let error = SpecError.strayKeys(
      ["inner.dept"], in: "spec.json", known: ["depth", "rate"])
    #expect(throws: error) {
      try Self.decode(#"{"inner": {"dept": 3}, "list": [], "flag": true}"#)
    }
    #expect(
      error.description
        == "spec.json does not have: 'inner.dept' (did you mean 'depth'?); known there: depth, rate"
    )
    #expect(throws: SpecError.strayKeys(["list.1.x"], in: "spec.json", known: ["depth", "rate"])) {
      try Self.decode(#"{"inner": {}, "list": [{}, {"x": 1}], "flag": true}"#)
    }
  }

  /// A stray object is named once, not with everything inside.
  @Test func namesAStrayObjectOnce() throws {
    #expect(
      throws: SpecError.strayKeys(["outer"], in: "spec.json", known: ["flag", "inner", "list"])
    ) {
      try Self.decode(#"{"inner": {}, "list": [], "flag": true, "outer": {"a": [1, {"b": 2}]}}"#)
    }
  }

  @Test(
    arguments: [
      (#"{"inner": {}, "list": []}"#, "missing key 'flag'"),
      (#"{"inner": {}, "list": [], "flag": 1}"#, "wrong kind of value at flag"),
      (#"{"inner": {"depth": 2.5}, "list": [], "flag": true}"#, "whole number"),
      (#"{"inner": {"depth": "2"}, "list": [], "flag": true}"#, "inner.depth"),
      (#"{"inner": {"depth": 1e30}, "list": [], "flag": true}"#, "whole number"),
      (#"{"inner": {}, "list": [], "flag": true"#, ""), ("", ""), ("[1]", ""), ("\u{feff}", ""),
    ])
  func saysWhatCannotBeRead(text: String, part: String) throws {
    let error = #expect(throws: SpecError.self) { try Self.decode(text) }
    let message = try #require(error).description
    #expect(message.hasPrefix("spec.json: "))
    #expect(part.isEmpty || message.contains(part), "\(message)")
    #expect(!message.contains("\n"), "\(message)")
  }

  @Test func passesOnASpecErrorOfAValue() {
    #expect(
      throws: SpecError.invalid(key: "label.horizon", value: "0", accepted: "1 to 1000 dates")
    ) {
      try StrictJSON.decode(LabelSpec.self, from: Data("{horizon: 0}".utf8), named: "s")
    }
  }

  @Test func overlays() throws {
    let base = Data(#"{"a": 1, "b": {"c": 2, "d": [1, 2]}, "e": {"f": 1}}"#.utf8)
    let over = Data("{b: {d: [3]}, e: 7, g: null}".utf8)
    let merged = try StrictJSON.overlaying(over, on: base, named: "s")
    #expect(
      String(decoding: merged, as: UTF8.self)
        == #"{"a":1,"b":{"c":2,"d":[3]},"e":7,"g":null}"#)
    #expect(try StrictJSON.overlaying(Data(), on: base, named: "s") == base)
    for text in ["[]", "3", "null", "{"] {
      #expect(throws: SpecError.self) {
        try StrictJSON.overlaying(Data(text.utf8), on: base, named: "s")
      }
    }
  }

  /// One of the two would be dropped in silence.
  @Test(
    arguments: [
      ("{seeds: 2, 'seeds': 1}", "seeds"), (#"{"a": {"b": 1, b: 1}}"#, "a.b"),
      ("{list: [0, [{x: 1}, {x: 1, y: [1, 2], x: 2}]]}", "list[1][1].x"),
      (#"{"ab": 1, "\u0061b": 2}"#, "ab"),
      (#"{"it's": 1, 'it\'s': 2}"#, "it's"), ("{a:{}/**/,a/* ] */:1//\n}", "a"),
      ("{\u{e9}: 1, \u{e9}\t: 2}", "\u{e9}"), ("{\"\": 1, '': 2}", ""),
    ])
  func namesAKeyThatIsGivenTwice(text: String, key: String) throws {
    let refusal = SpecError.unreadable(
      file: "s", reason: "the key '\(key)' is given twice; give each once")
    for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian]
    {
      let data = try #require(text.data(using: encoding))
      #expect(throws: refusal) { try StrictJSON.decode(JSONValue.self, from: data, named: "s") }
    }
    let given = Data(text.utf8)
    #expect(throws: refusal) { try StrictJSON.overlaying(given, on: Data("{}".utf8), named: "s") }
  }

  /// Equal words that are no keys of one object: values, strings, comments, keys of neighbours.
  @Test(
    arguments: [
      "{a: 'a', b: \"a: 1, a: 2\", c: 'x\\', a: 1', /* a: 1 */ d: 1 // a: 1\n, e: 'http://a'}",
      "[{a: 1}, {a: 1}, [{a: [{a: 1}]}]]", #"{a: {b: 1}, b: {a: 1, "A": 1}, "a ": 1, ' a': 1}"#,
      "{a: -Infinity, b: +.5e-3, c: 0xAF, d: NaN, e: null, f: [1,]}", "{a: 1,}", "[]", "'a'",
      #"{"\"a": 1, "a\"": 2, "\\": 3, '"': 4}"#, "{a: 'one \\\n two: a', $b: 1, _b: 1, b: 1}",
      "/* ** / */ {a: 1} // }", #"{ab: 1, \u0061b: 2}"#,
      "{a: '\u{1F600}', '\u{1F600}': 1, b: '/*'}",
    ])
  func takesEqualWordsThatAreNoKeysOfOneObject(text: String) throws {
    for encoding in [String.Encoding.utf8, .utf16, .utf16LittleEndian, .utf32BigEndian] {
      let data = try #require(text.data(using: encoding))
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      let plain = try decoder.decode(JSONValue.self, from: data)
      if text.contains("NaN") {
        // It is refused for what it is, and for nothing else.
        let error = #expect(throws: SpecError.self) {
          try StrictJSON.decode(JSONValue.self, from: data, named: "s")
        }
        #expect(error?.description.contains("twice") == false)
      } else {
        #expect(try StrictJSON.decode(JSONValue.self, from: data, named: "s") == plain)
      }
    }
  }

  /// JSON5 can say them, but no setting takes one.
  @Test(arguments: [("NaN", "nan"), ("-Infinity", "-inf")])
  func namesANumberThatIsNotFinite(text: String, value: String) {
    #expect(
      throws: SpecError.invalid(key: "s: a[1].b", value: value, accepted: "a finite number")
    ) {
      try StrictJSON.overlaying(
        Data("{a: [0, {b: \(text)}]}".utf8), on: Data("{}".utf8), named: "s")
    }
  }

  /// JSON5 has numbers that JSON has not.
  @Test(arguments: ["NaN", "-Infinity"]) func whatIsNoNumberIsNamed(_ text: String) throws {
    let given = Data(#"{"a": {"b": \#(text)}}"#.utf8)
    let error = #expect(throws: SpecError.self) {
      try StrictJSON.decode([String: [String: Double]].self, from: given, named: "s")
    }
    #expect(error?.description.contains("at a.b is not accepted; give a finite number") == true)
    #expect(throws: SpecError.self) {
      try StrictJSON.overlaying(given, on: Data("{}".utf8), named: "s")
    }
  }

  @Test func encodesEqualValuesToEqualBytes() throws {
    let value = ["z": "a/b", "a": "é"]
    #expect(
      String(decoding: try StrictJSON.encode(value), as: UTF8.self) == #"{"a":"é","z":"a/b"}"#)
    let spec = LabelSpec.standard
    let bytes = try StrictJSON.encode(spec)
    #expect(try StrictJSON.decode(LabelSpec.self, from: bytes, named: "s") == spec)
    #expect(
      try StrictJSON.encode(StrictJSON.decode(LabelSpec.self, from: bytes, named: "s")) == bytes)
  }

  @Test(
    arguments: [
      "null", "true", "3", "-0.25", #""x""#, "[]", "{}", #"{"a":[1,2.5,"s",null,{"b":false}]}"#,
      "9223372036854775807", "1e+300",
    ])
  func anyValueSurvives(text: String) throws {
    let value = try StrictJSON.decode(JSONValue.self, from: Data(text.utf8), named: "v")
    #expect(String(decoding: try StrictJSON.encode(value), as: UTF8.self) == text)
  }
}
