import Datasets
import Market
import Testing

@Suite struct AttributeTableTests {
  private func imported(_ attributes: String) throws -> Imported {
    let scratch = try Scratch()
    let prices = try scratch.write("date,A,B,C\n2020-01-02,1,2,3\n")
    return try CSVImporter().panel(
      from: [prices], attributes: scratch.write(attributes, as: "about.csv"))
  }

  private func refusal(_ attributes: String) throws -> String {
    let error = #expect(throws: ImportError.self) { try imported(attributes) }
    let text = error?.description ?? ""
    return String(text[(text.range(of: "about.csv")?.lowerBound ?? text.startIndex)...])
  }

  @Test func attributesFollowTheAssets() throws {
    let (panel, report) = try imported(
      "Symbol,GICS Sector,Head Office\nC,\"Tech, hard\",\nZ,Energy,Oslo\nA,Energy,Rome\n")
    #expect(panel.universe.attributes["sector"] == ["Energy", nil, "Tech, hard"])
    #expect(panel.universe.attributes["head_office"] == ["Rome", nil, nil])
    #expect(report.attributes.map(\.name) == ["head_office", "sector"])
    #expect(report.attributes.map(\.known) == [1, 2])
    #expect(report.attributes.map(\.groups) == [1, 2])
    #expect(report.handled["not in the data"] == 1)
    #expect(report.handled["without a row"] == 1)
    #expect(report.handled.first { $0.what.contains("without a row") }?.example == "'B'")
  }

  @Test func theFirstColumnNamesTheAssetWhereNoneIsCalledSo() throws {
    let (panel, report) = try imported("id;sector\r\nA;x\r\nA;x\r\nB;y\r\nC;z\r\n")
    #expect(panel.universe.attributes == ["sector": ["x", "y", "z"]])
    #expect(report.handled["same twice"] == 1)
  }

  @Test func badTablesAreRefused() throws {
    #expect(try refusal("ticker\nA\n").contains(":1: no attribute beside 'ticker'"))
    #expect(try refusal("").contains("is empty"))
    #expect(try refusal("ticker,sector\n").contains("a header but no rows"))
    #expect(try refusal("ticker,sector\nA\n").contains("about.csv:2: 1 cells under a header of 2"))
    #expect(try refusal("ticker,sector\n,x\n").contains(":2, column 'ticker': the asset's name"))
    #expect(try refusal("ticker,sector,Sector\nA,x,y\n").contains("attribute 'sector'"))
    #expect(
      try refusal("ticker,sector\nA,x\nA,y\n")
        == "about.csv:3, column 'ticker': 'A' has other attributes on line 2; accepted: one row "
        + "per asset")
    #expect(try refusal("ticker,sector\na,x\n").contains("none of its assets (such as 'a')"))
  }
}
