/// One `--option` of a command: its name, what its value is called, and what it does.
struct OptionDefinition: Sendable {
  let name: String
  /// `nil` for a switch.
  let value: String?
  let help: String
  /// Whether it may be given several times, each with a value of its own.
  let takesMany: Bool

  init(_ name: String, _ value: String? = nil, _ help: String, takesMany: Bool = false) {
    (self.name, self.value, self.help, self.takesMany) = (name, value, help, takesMany)
  }
}

/// A command of `qbench`: what it is called, what it takes, what it does.
struct CommandDefinition: Sendable {
  let name: String
  let summary: String
  /// Names of what stands without a dash, such as `[SPEC]` or `FILE…`.
  var positionals: [String] = []
  var options: [OptionDefinition] = []
  /// Shown under the options: examples and what deserves saying.
  var notes = ""
  /// Not listed in the general help.
  var isInternal = false
  /// Does the work and returns the exit status.
  let run: @Sendable (Arguments) throws -> Int32

  var help: String {
    var lines = ["usage: qbench \(([name] + positionals).joined(separator: " ")) [options]", ""]
    lines += [summary]
    let rows = (options + [OptionDefinition("--help", nil, "print this")]).map { option in
      ("  " + option.name + (option.value.map { " \($0)" } ?? ""), option.help)
    }
    let width = (rows.map(\.0.count).max() ?? 0) + 2
    lines += ["", "options:"]
    lines += rows.map { $0.0.padding(to: width) + $0.1 }
    if !notes.isEmpty { lines += ["", notes] }
    return lines.joined(separator: "\n")
  }
}

extension String {
  /// The string followed by spaces up to a width.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
