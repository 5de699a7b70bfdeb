import Foundation
import Testing

@Suite struct ImportTests {
  static let prices = """
    date,ticker,open,high,low,close,volume
    2024-01-02,AAA,10,11,9,10.5,1000
    2024-01-02,BBB,20,21,19,20.5,2000
    2024-01-03,AAA,10.5,12,10,11,1500
    2024-01-03,BBB,20.5,22,20,21,

    """

  @Test func fromCSVToHDF5AndBack() throws {
    let scratch = try Scratch()
    try scratch.write(Self.prices, to: "prices.csv")
    try scratch.write("ticker,sector\nAAA,Energy\nBBB,Utilities\n", to: "sectors.csv")
    let imported = try Binary.run(
      "import", "csv", "prices.csv", "--attributes", "sectors.csv", "--out", "market.h5",
      in: scratch.url)
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.contains("rows read"))
    let described = try Binary.run("describe", "market.h5", in: scratch.url)
    #expect(described.output.contains("2024-01-02"))
    #expect(described.output.contains("sector"))
    let exported = try Binary.run(
      "export", "market.h5", "--csv", "again.csv", in: scratch.url)
    #expect(exported.status == 0, "\(exported.errors)")
    let again = try Binary.run(
      "import", "csv", "again.csv", "--attributes", "sectors.csv", "--out", "again.h5",
      in: scratch.url)
    #expect(again.status == 0, "\(again.errors)")
    func hash(_ file: String) throws -> Substring? {
      try Binary.run("describe", file, in: scratch.url).output
        .split(separator: "\n").first { $0.contains("sha256") }
    }
    #expect(try hash("market.h5") == hash("again.h5"))
  }

  @Test func aRefusedFileWritesNothing() throws {
    let scratch = try Scratch()
    try scratch.write(Self.prices + "2024-01-04,AAA,10,11,9,-3,5\n", to: "bad.csv")
    let result = try Binary.run("import", "csv", "bad.csv", "--out", "bad.h5", in: scratch.url)
    #expect(result.status == 1)
    #expect(result.errors.contains("bad.csv:6"), "\(result.errors)")
    #expect(result.errors.contains("close"))
    #expect(!scratch.files(in: "").contains("bad.h5"))
  }

  @Test func realPricesRunToALeaderboard() throws {
    // Long enough for two folds and what features look back on.
    let scratch = try Scratch()
    try scratch.importMarket(assets: 12, days: 400, as: "m.h5")
    let result = try Binary.run(
      "run", "--dataset", "m.h5", "--families", "linear,reversal", "--only", "real", "--out", "run",
      in: scratch.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("linear"))
    #expect(!result.output.contains("oracle"))
    #expect(!result.output.contains("simulated"))
  }
}
