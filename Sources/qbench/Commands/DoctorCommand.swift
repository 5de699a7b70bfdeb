import Foundation
import Harness
import Market
import Torch

extension CommandDefinition {
  static let doctor = CommandDefinition(
    name: "doctor",
    summary: "What is installed, what is missing, and whether the harness leaks.",
    options: [
      OptionDefinition("--audit", nil, "run the leakage audit too (some seconds)"),
      OptionDefinition("--json", nil, "print JSON"),
    ]
  ) { arguments in
    let environment = try RunEnvironment.current()
    var report = DoctorReport(environment: environment, audit: nil)
    if arguments.has("--audit") {
      try TorchRuntime.configureForWorker()
      report.audit = try Audit().run()
    }
    print(
      arguments.has("--json")
        ? String(decoding: try StrictJSON.encode(report, pretty: true), as: UTF8.self)
        : report.text)
    return report.isHealthy ? 0 : 3
  }
}

/// What `qbench doctor` prints.
private struct DoctorReport: Codable {
  let environment: RunEnvironment
  var audit: [AuditFinding]?

  var isHealthy: Bool { audit?.allSatisfy(\.passed) ?? true }

  var text: String {
    var lines = environment.rows.map { "  \($0.name.padding(to: 14))\($0.value)" }
    lines += ["", "what is missing, and how to get it"]
    let advice = environment.advice
    lines += advice.isEmpty ? ["  nothing"] : advice.map { "  \($0)" }
    if let audit {
      lines += ["", "leakage audit"]
      let width = (audit.map(\.check.count).max() ?? 0) + 2
      lines += audit.map { finding in
        "  \(finding.passed ? "ok  " : "FAIL")  \(finding.check.padding(to: width))\(finding.detail)"
      }
    }
    return lines.joined(separator: "\n")
  }
}
