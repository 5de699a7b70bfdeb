import Foundation
import Market
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@testable import Harness

/// Reports with every verdict and with text that machines stumble over.
@Suite struct GateOutputsTests {
  static func report() throws -> GateReport {
    var from = MadeUpBaseline()
    from.rows = ["worse", "better", "failed <&\"'>%|", "same", "vague"].map {
      MadeUpBaseline.Row(name: $0)
    }
    from.rows.append(MadeUpBaseline.Row(name: "worse", source: "synthetic:quantgan"))
    var run = from
    for (index, level) in [(0, 0.0), (1, 0.1), (4, 0.05)] {
      (run.rows[index].training, run.rows[index].level) = (2, level)
    }
    run.rows[2].failure = .init(
      fold: 0, seed: 0, stage: "fit", reason: "a <b> & \"c\"\nnext line, 50% \u{1}")
    run.rows[5].seconds = 100
    var policy = GatePolicy.quick
    policy.metrics = [GatedMetric("rank_ic", tolerance: .absolute(0.0001))]
    return try Gate(policy).judge(run.made(), against: from.made())
  }

  @Test func junitCountsWhatItHolds() throws {
    let parser = XMLParser(data: Data(try Self.report().junit().utf8))
    let seen = Elements()
    parser.delegate = seen
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(seen.suites.map { $0["name"] } == ["qbench.real", "qbench.synthetic:quantgan"])
    func sum(_ key: String) -> Int { seen.suites.reduce(0) { $0 + (Int($1[key] ?? "") ?? 99) } }
    let root = try #require(seen.root)
    for (key, count) in [
      ("tests", seen.cases.count), ("failures", seen.counts["failure"]),
      ("errors", seen.counts["error"]),
    ] {
      #expect(root[key] == "\(count ?? 0)" && sum(key) == count, "\(key)")
    }
    #expect(sum("skipped") == seen.counts["skipped"])
    #expect(seen.counts["failure"] == 2, "a worse score and a slow one")
    #expect(seen.counts["error"] == 1 && seen.counts["skipped"] == 1)
    #expect(seen.cases.contains { $0["classname"] == "qbench.real.failed <&\"'>%|" })
  }

  @Test func sarifHasAResultForWhateverDidNotPass() throws {
    let report = try Self.report()
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("base line-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try BaselineFile.write(
      MadeUpBaseline(rows: [.init(name: "a"), .init(name: "worse")]).made(), to: path)
    let location = GateLocation(path)
    let log = try #require(
      try JSONSerialization.jsonObject(with: Data(report.sarif(pointingAt: location).utf8))
        as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let results = try #require(run["results"] as? [[String: Any]])
    let rules = try #require(
      ((run["tool"] as? [String: Any])?["driver"] as? [String: Any])?["rules"] as? [[String: Any]])
    #expect(results.count == report.findings.count { $0.verdict != .pass })
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
    }
    let physical = try #require(
      (results[0]["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any])
    let uri = (physical["artifactLocation"] as? [String: Any])?["uri"] as? String
    #expect(uri?.hasPrefix("file:///") == true && uri?.contains("base%20line") == true)
    let line = try #require((physical["region"] as? [String: Any])?["startLine"] as? Int)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1].contains(
        "\"name\" : \"worse\""))
  }

  @Test func annotationsAreOneEscapedLineEach() throws {
    let report = try Self.report()
    let lines = report.githubAnnotations(pointingAt: GateLocation("a,b.json"))
    #expect(lines.count == report.findings.count { $0.verdict != .pass })
    #expect(lines.allSatisfy { !$0.contains("\n") })
    #expect(
      lines.contains { $0.hasPrefix("::error file=a%2Cb.json,line=1,title=qbench%3A real/worse") })
    #expect(lines.contains { $0.contains("next line, 50%25") && $0.contains("%0A") })
    #expect(
      lines.contains { $0.hasPrefix("::notice ") } && lines.contains { $0.hasPrefix("::warning ") })
  }

  @Test func markdownAndTextSayTheSame() throws {
    let report = try Self.report()
    let markdown = report.markdown()
    #expect(markdown.hasPrefix("## ❌ qbench gate: regression ("))
    #expect(markdown.contains("**real/worse rank\\_ic: regression**"))
    #expect(!markdown.contains("<b>"))
    let table = markdown.split(separator: "\n").filter { $0.hasPrefix("|") }
    // Every row, the header, its rule, and the budget that was overrun.
    #expect(table.count == report.comparisons.count + 3)
    let text = report.terminalText()
    #expect(text.hasSuffix(report.headline))
    for it in report.comparisons { #expect(text.contains(it.verdict.rawValue)) }
  }

  /// What is said of all is said once, and a page for a pull request has an end.
  @Test func aPageFitsAComment() throws {
    var from = MadeUpBaseline()
    from.rows = (0..<60).map { MadeUpBaseline.Row(name: "model <b>\($0)") }
    var longer = from
    longer.data = "bbbbbbbbbbbb"
    let report = try Gate(.quick).judge(longer.made(), against: from.made())
    #expect(report.status == 3 && report.comparisons.count == 60)
    let text = report.terminalText()
    #expect(text.components(separatedBy: "data (content aaaaaaaa").count == 2)
    let page = report.markdown()
    #expect(page.components(separatedBy: "data (content aaaaaaaa").count == 2)
    #expect(page.contains("60 comparisons") && !page.contains("<b>"))
    for limit in [5_000, 3_000, 1_000] {
      let short = report.markdown(limit: limit)
      #expect(short.utf16.count <= limit)
      #expect(short.hasPrefix("## ⚠️ qbench gate: not judged in full (60 incomparable)"))
      #expect(short.contains("most urgent of 60 comparisons"))
    }
    #expect(report.markdown(limit: 1_000).contains("for which there is no room here"))
  }

  @Test func everyReportIsWrittenAndTheStepSummaryAddedTo() throws {
    let report = try Self.report()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gate-outputs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    let summary = "\(folder)/summary.md"
    try Data("# Before\n".utf8).write(to: URL(fileURLWithPath: summary))
    let outputs = try GateOutputs(
      [(.junit, "\(folder)/j.xml"), (.markdown, summary), (.sarif, "\(folder)/s.sarif")],
      stepSummary: summary)
    let location = GateLocation("base.json")
    try outputs.write(report, pointingAt: location)
    #expect(try text("j.xml") == report.junit())
    #expect(try text("s.sarif") == report.sarif(pointingAt: location))
    #expect(try text("summary.md") == "# Before\n\n" + report.markdown())
    // Anywhere else a page takes the place of the one before.
    let page = try GateOutputs([(.markdown, summary)])
    try page.write(report, pointingAt: location)
    #expect(try text("summary.md") == report.markdown())

    for (files, reason) in [
      ([(GateOutputs.Format.junit, "/nowhere/x")], "no such folder"),
      ([(.sarif, folder)], "Is a directory"), ([(.markdown, "/dev/null")], "no plain file"),
      ([(.junit, summary), (.markdown, "\(folder)/./summary.md")], "two reports"),
    ] {
      let error = try #require(throws: GateError.self) { try GateOutputs(files) }
      #expect(error.description.contains(reason), "\(error)")
    }
  }

  @Test func jsonIsReadBack() throws {
    let report = try Self.report()
    let back = try JSONDecoder().decode(GateReport.self, from: Data(report.json().utf8))
    #expect(back == report && back.status == 2)
  }
}

/// What an XML reader sees.
private final class Elements: NSObject, XMLParserDelegate {
  var root: [String: String]?
  var suites: [[String: String]] = []
  var cases: [[String: String]] = []
  var counts: [String: Int] = [:]

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    switch name {
    case "testsuites": root = attributes
    case "testsuite": suites.append(attributes)
    case "testcase": cases.append(attributes)
    default: counts[name, default: 0] += 1
    }
  }
}
