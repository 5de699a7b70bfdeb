import Digest
import Foundation
import Market

extension GateReport {
  /// A SARIF 2.1.0 log: one result for everything that did not simply pass.
  ///
  /// Results point at `location`, such as the baseline, on the lines of its rows.
  public func sarif(pointingAt location: GateLocation) throws -> String {
    let rules = GateVerdict.allCases.filter { $0 != .pass }
    let results = try findings.filter { $0.verdict != .pass }.map { finding in
      SARIF.Result(
        ruleId: finding.verdict.ruleID, ruleIndex: rules.firstIndex(of: finding.verdict) ?? 0,
        level: level(of: finding.verdict),
        message: .init(text: "\(finding.title): \(finding.message)"),
        locations: [
          .init(
            physicalLocation: .init(
              artifactLocation: .init(uri: location.uri),
              region: .init(startLine: location.line(of: finding.name, finding.source))),
            logicalLocations: [
              .init(name: finding.subject, fullyQualifiedName: finding.title, kind: "module")
            ])
        ],
        partialFingerprints: [
          "row/v1": String(try SHA256Digest(of: finding.title).hex.prefix(32))
        ])
    }
    let log = SARIF(runs: [
      .init(
        tool: .init(
          driver: .init(
            name: "qbench", version: Version.current,
            rules: rules.map { rule in
              .init(
                id: rule.ruleID, shortDescription: .init(text: rule.summary),
                defaultConfiguration: .init(level: level(of: rule)))
            })),
        invocations: [.init(executionSuccessful: true, exitCode: Int(status))],
        results: results)
    ])
    return String(decoding: try StrictJSON.encode(log, pretty: true), as: UTF8.self) + "\n"
  }

  private func level(of verdict: GateVerdict) -> String {
    if fails(verdict) { return "error" }
    return verdict == .inconclusive ? "warning" : "note"
  }
}

extension GateVerdict {
  fileprivate var ruleID: String { "qbench/\(rawValue)" }

  fileprivate var summary: String {
    switch self {
    case .pass: "No worse than the baseline."
    case .regression: "A model became worse than the baseline by more than the tolerance."
    case .improvement: "A model became better than the baseline by more than the tolerance."
    case .inconclusive: "There is too little data to see a worsening as large as the tolerance."
    case .missing: "A cell failed, or a row of the baseline is absent."
    case .incomparable: "Data, split or label are not those of the baseline."
    }
  }
}

/// The part of SARIF 2.1.0 that is written.
private struct SARIF: Encodable {
  var schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
  var version = "2.1.0"
  let runs: [Run]

  enum CodingKeys: String, CodingKey { case schema = "$schema", version, runs }

  struct Run: Encodable {
    let tool: Tool
    let invocations: [Invocation]
    let results: [Result]
  }
  struct Tool: Encodable { let driver: Driver }
  struct Driver: Encodable {
    let name: String
    let version: String
    let rules: [Rule]
  }
  struct Rule: Encodable {
    let id: String
    let shortDescription: Message
    let defaultConfiguration: Configuration
  }
  struct Configuration: Encodable { let level: String }
  struct Message: Encodable { let text: String }
  struct Invocation: Encodable {
    let executionSuccessful: Bool
    let exitCode: Int
  }
  struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: Message
    let locations: [Location]
    let partialFingerprints: [String: String]
  }
  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]
  }
  struct PhysicalLocation: Encodable {
    let artifactLocation: ArtifactLocation
    let region: Region
  }
  struct ArtifactLocation: Encodable { let uri: String }
  struct Region: Encodable { let startLine: Int }
  struct LogicalLocation: Encodable {
    let name: String
    let fullyQualifiedName: String
    let kind: String
  }
}
