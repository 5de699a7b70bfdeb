import Foundation
import Testing

@Suite struct GenerateTests {
  @Test func theSameCommandWritesTheSameBytes() throws {
    let scratch = try Scratch()
    try scratch.importMarket(assets: 4, days: 120, as: "m.h5")
    func generate(_ file: String, seed: String) throws -> Data {
      let result = try Binary.run(
        "generate", "--generator", "shuffle", "--from", "m.h5", "--days", "30", "--paths", "2",
        "--seed", seed,
        "--keep", "fitted.h5", "--out", file, in: scratch.url)
      #expect(result.status == 0, "\(result.errors)")
      return try Data(contentsOf: scratch.url.appendingPathComponent(file))
    }
    let first = try generate("a.h5", seed: "1")
    #expect(try generate("b.h5", seed: "1") == first)
    #expect(try generate("c.h5", seed: "2") != first)
    // The stored generator makes what the fitted one made.
    let again = try Binary.run(
      "generate", "--generator", "fitted.h5", "--days", "30", "--paths", "2", "--seed", "2",
      "--out", "d.h5", "--json", in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    let told = try #require(
      JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
    let described = try Binary.run("describe", "c.h5", in: scratch.url)
    #expect(described.output.contains(try #require(told["contentSHA256"] as? String)))
  }

  @Test func aScenarioTellsWhatItReached() throws {
    let scratch = try Scratch()
    try scratch.importMarket(assets: 4, days: 120, as: "m.h5")
    try scratch.write("{ name: 'dip', horizon: 20, drawdown: 0.06, drift: -0.03 }", to: "dip.json5")
    let result = try Binary.run(
      "generate", "--generator", "shuffle", "--from", "m.h5", "--scenario", "dip.json5", "--out",
      "dip.h5",
      in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    for word in ["drawdown", "return", "1 draw for 1 path", "plausibility", "seed"] {
      #expect(result.output.contains(word))
    }
    let described = try Binary.run("describe", "dip.h5", in: scratch.url)
    #expect(described.output.contains("\"draws\""))
  }

  @Test func trainingRowsAreWrittenDescribedAndNoPaths() throws {
    let scratch = try Scratch()
    try scratch.importMarket(assets: 4, days: 120, as: "m.h5")
    let given = "{steps: 4, hidden: 4, decoder: 4, epochs: 1}"
    func generate(_ more: String...) throws -> (status: Int32, output: String, errors: String) {
      let result = try Binary.run(
        ["generate", "--generator", "add", "--from", "m.h5", "--hyperparameters", given]
          + more, in: scratch.url)
      return (result.status, result.output, result.errors)
    }
    let made = try generate("--out", "rows.h5")
    #expect(made.status == 0, "\(made.errors)")
    #expect(made.output.contains("training rows") && made.output.contains("excess_code_rank_ic"))
    let described = try Binary.run("describe", "rows.h5", in: scratch.url)
    #expect(described.output.contains("4 steps × 20 columns"))
    let bytes = try Data(contentsOf: scratch.url.appendingPathComponent("rows.h5"))
    _ = try generate("--out", "again.h5")
    #expect(try Data(contentsOf: scratch.url.appendingPathComponent("again.h5")) == bytes)
    let compared = try Binary.run("fidelity", "rows.h5", "--against", "m.h5", in: scratch.url)
    #expect(compared.status == 1 && compared.errors.contains("training rows"))
    let scenario = try generate("--scenario", "gfc", "--out", "x.h5")
    #expect(scenario.status == 1 && scenario.errors.contains("training rows, not markets"))
    let other = try generate("--features", "alpha2", "--out", "x.h5")
    #expect(other.status == 1 && other.errors.contains("alpha20"))
  }

  @Test func whatCannotBeDoneIsSaidAndNothingIsWritten() throws {
    let scratch = try Scratch()
    try scratch.importMarket(assets: 4, days: 120, as: "m.h5")
    for (arguments, words) in [
      (["--generator", "shufle"], ["shufle", "did you mean 'shuffle'"]),
      (["--generator", "shuffle", "--scenario", "covdi"], ["did you mean 'covid'"]),
      (["--generator", "shuffle", "--scenario", "no.json5"], ["no.json5"]),
      (["--generator", "shuffle", "--severity", "1"], ["--scenario"]),
      (
        ["--generator", "shuffle", "--scenario", "gfc", "--severity", "3"], ["nearest", "nothing"]
      ),
      (["--generator", "shuffle", "--assets", "4"], ["shuffle", "new"]),
      (["--generator", "shuffle", "--hyperparameters", "{a: 1}"], ["'a'"]),
      (["--generator", "missing.h5"], ["missing.h5"]),
      (["--from", "missing.h5", "--generator", "shuffle"], ["missing.h5"]),
    ] {
      let market = arguments.contains("--from") ? [] : ["--from", "m.h5"]
      let result = try Binary.run(
        ["generate", "--out", "x.h5"] + market + arguments, in: scratch.url)
      #expect(result.status == 1, "\(arguments)")
      for word in words { #expect(result.errors.contains(word), "\(result.errors)") }
      #expect(scratch.files(in: "").allSatisfy { !$0.hasPrefix("x.h5") })
    }
    #expect(try Binary.run("generate", "--generator", "shuffle", in: scratch.url).status == 1)
  }
}
