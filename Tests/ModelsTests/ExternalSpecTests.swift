import Foundation
import Market
import Testing

@testable import Models

/// What a spec may say of a command, and what it becomes when it is resolved.
@Suite struct ExternalSpecTests {
  private func resolve(_ given: String) throws -> [String: JSONValue] {
    let resolved = try modelRegistry.require("external").resolve(Data(given.utf8))
    return try JSONDecoder().decode([String: JSONValue].self, from: resolved)
  }

  @Test func itTakesPartOnlyWhereASpecNamesACommand() throws {
    let entry = try modelRegistry.require("external")
    #expect(entry.needsSettings && !entry.isYardstick)
    #expect(modelRegistry.ids.last == "external")
    #expect(!familiesWithDefaults.contains { $0.id == "external" })
    #expect(familiesWithDefaults.count == modelRegistry.ids.count - 1)
    #expect {
      _ = try entry.resolve(Data())
    } throws: {
      "\($0)".hasPrefix("external.command is []; accepted: a program and its arguments")
    }
  }

  static let refused = [
    (#"{"command": []}"#, "external.command"),
    (#"{"command": [""]}"#, "external.command"),
    (#"{"command": ["a\u0000b"]}"#, "command"),
    (#"{"command": ["a", "b\u0000"]}"#, "command"),
    (#"{"command": "python3 model.py"}"#, "command"),
    (#"{"command": ["a"], "timeoutSeconds": 0}"#, "external.timeoutSeconds"),
    (#"{"command": ["a"], "timeoutSeconds": 1e300}"#, "external.timeoutSeconds"),
    (#"{"command": ["a"], "environment": {"QBENCH_SEED": "1"}}"#, "external.environment"),
    (#"{"command": ["a"], "environment": {"a=b": "1"}}"#, "external.environment"),
    (#"{"command": ["a"], "environment": {"": "1"}}"#, "external.environment"),
    (#"{"command": ["a"], "environment": {"a": 1}}"#, "environment"),
    (#"{"command": ["a"], "format": "xml"}"#, "format"),
    (#"{"command": ["a"], "window": 0}"#, "external.window"),
    (#"{"command": ["a"], "window": 20, "format": "csv"}"#, "20 with format csv"),
    (#"{"command": ["a"], "inputs": [""]}"#, "external.inputs"),
    (#"{"command": ["a"], "inputs": ["/no/such/file"]}"#, "external.inputs is '/no/such/file'"),
    (#"{"command": ["a"], "inputs": ["/tmp"]}"#, "external.inputs is '/tmp'"),
    (#"{"command": ["a"], "inputs": ["/dev/zero"]}"#, "external.inputs is '/dev/zero'"),
    (#"{"command": ["a"], "sha256": {"b.py": "00"}}"#, "external.sha256"),
    (#"{"command": ["a"], "comand": 1}"#, "'comand' (did you mean 'command'?)"),
  ]

  @Test(arguments: refused.indices)
  func whatCannotBeRunIsRefused(_ index: Int) {
    let (given, text) = Self.refused[index]
    #expect {
      _ = try resolve(given)
    } throws: {
      $0 is SpecError && "\($0)".contains(text)
    }
  }

  @Test func anEditedFileIsAnotherModel() throws {
    let fixture = try ExternalFixture()
    try fixture.write("one", to: "model.py")
    try fixture.write("settings", to: "settings.json")
    let (script, settings) = (fixture.path("model.py"), fixture.path("settings.json"))
    let given =
      #"{"command": ["python3", "\#(script)", "--fast", "/dev/zero"], "inputs": ["\#(settings)"]}"#
    let first = try resolve(given)
    // sha256sum of "one" and of "settings".
    #expect(
      first["sha256"]
        == .object([
          script: .string("7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"),
          settings: .string("cde0fb0dec1400c54a0f7e7eafa73624c53e4da258bbd34b3380a0defeba95c1"),
        ]))
    #expect(try resolve(given) == first)
    let spec = try String(decoding: StrictJSON.encode(first), as: UTF8.self)
    #expect(try resolve(spec) == first)
    for name in ["model.py", "settings.json"] {
      let before = try fixture.text(name)
      try fixture.write("edited", to: name)
      #expect(try resolve(given) != first)
      // A resolved spec means what it meant, or nothing.
      #expect {
        _ = try resolve(spec)
      } throws: {
        "\($0)".contains("external.sha256") && "\($0)".contains(name)
      }
      try fixture.write(before, to: name)
    }
    #expect(try resolve(given) == first)
  }

  @Test func aFileEditedDuringTheRunIsNotRun() throws {
    let fixture = try ExternalFixture()
    try fixture.write("seq 16 > \"$QBENCH_OUTPUT\"", to: "model.sh")
    var given = External.defaults
    given.command = ["sh", fixture.path("model.sh")]
    let resolved = try External.completed(given)
    let predictor = try External.fit(
      fixture.train, validating: nil, resolved,
      in: FitContext(seeds: SeedTree(root: 1), label: .standard))
    #expect(try predictor.predict(fixture.test).count == 16)
    try fixture.write("seq 16 | tac > \"$QBENCH_OUTPUT\"", to: "model.sh")
    #expect(throws: ExternalError.inputChanged(fixture.path("model.sh"))) {
      try predictor.predict(fixture.test)
    }
  }
}
