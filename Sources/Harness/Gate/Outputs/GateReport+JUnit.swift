extension GateReport {
  /// A JUnit report: one suite a training source, one case a model and metric.
  ///
  /// A regression is a failure; what is missing or incomparable is an error; what is inconclusive is
  /// skipped, or a failure where the policy says so. In the dialect that Jenkins' schema accepts.
  public func junit() -> String {
    let findings = findings
    let sources = findings.map(\.source).reduce(into: [String]()) { known, source in
      if !known.contains(source) { known.append(source) }
    }
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
    lines.append("<testsuites name=\"qbench gate\" \(counts(of: findings))>")
    for source in sources {
      let own = findings.filter { $0.source == source }
      let skipped = own.count { outcome(of: $0) == .skipped }
      lines.append(
        "  <testsuite name=\"\(xml("qbench.\(source)"))\" \(counts(of: own)) skipped=\"\(skipped)\">"
      )
      for finding in own { lines += testCase(finding) }
      lines.append("  </testsuite>")
    }
    return (lines + ["</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private enum Outcome: String { case passed, failure, error, skipped }

  private func outcome(of finding: GateFinding) -> Outcome {
    switch finding.verdict {
    case .pass, .improvement: .passed
    case .regression: .failure
    case .missing, .incomparable: .error
    case .inconclusive: policy.inconclusive == .fail ? .failure : .skipped
    }
  }

  private func counts(of findings: [GateFinding]) -> String {
    let failures = findings.count { outcome(of: $0) == .failure }
    let errors = findings.count { outcome(of: $0) == .error }
    return "tests=\"\(findings.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
  }

  private func testCase(_ finding: GateFinding) -> [String] {
    let opening =
      "    <testcase classname=\"\(xml("qbench.\(finding.source).\(finding.name)"))\" "
      + "name=\"\(xml(finding.subject))\""
    let message = xml(finding.message)
    switch outcome(of: finding) {
    case .passed: return [opening + "><system-out>\(message)</system-out></testcase>"]
    case .skipped:
      return [opening + "><skipped message=\"\(message)\"/></testcase>"]
    case .failure, .error:
      let kind = outcome(of: finding).rawValue
      return [
        opening + ">",
        "      <\(kind) type=\"\(finding.verdict.rawValue)\" message=\"\(message)\">\(message)</\(kind)>",
        "    </testcase>",
      ]
    }
  }
}

/// Text as it may stand in an XML attribute or element; what XML cannot hold becomes a space.
private func xml(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { result, scalar in
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\n", "\r", "\t": result += " "
    case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
      result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
}
