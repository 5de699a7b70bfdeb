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
      "generate", "--generator", "fitted.h5", "--from", "m.h5", "--days", "30", "--paths", "2",
      "--seed", "2",
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
    for word in ["drawdown", "return", "draws", "plausibility", "seed"] {
      #expect(result.output.contains(word))
    }
    let described = try Binary.run("describe", "dip.h5", in: scratch.url)
    #expect(described.output.contains("\"draws\""))
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
