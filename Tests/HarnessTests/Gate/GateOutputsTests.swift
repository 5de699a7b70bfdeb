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
