extension GateReport {
  /// Workflow commands that GitHub shows beside the changed files, one line each.
  ///
  /// Errors for what fails, warnings for what is inconclusive, notices for what improved.
  public func githubAnnotations(pointingAt location: GateLocation) -> [String] {
    findings.filter { $0.verdict != .pass }.map { finding in
      let level =
        fails(finding.verdict)
        ? "error" : finding.verdict == .inconclusive ? "warning" : "notice"
      let line = location.line(of: finding.name, finding.source)
      return "::\(level) file=\(property(location.path)),line=\(line),"
        + "title=\(property("qbench: \(finding.title): \(finding.verdict.rawValue)"))"
        + "::\(escaped(finding.message))"
    }
  }

  /// As the runner's toolkit escapes the text of a command.
  private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case "\r\n": result += "%0D%0A"
      default: result.append(character)
      }
    }
  }

  private func property(_ text: String) -> String {
    escaped(text).reduce(into: "") { result, character in
      switch character {
      case ":": result += "%3A"
      case ",": result += "%2C"
      default: result.append(character)
      }
    }
  }
}
