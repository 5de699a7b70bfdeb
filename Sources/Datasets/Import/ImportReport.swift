import Market

/// What an import read, kept, changed and left out, and why.
public struct ImportReport: Sendable, Codable, Equatable {
  /// Something that was met, how often, and where first.
  public struct Finding: Sendable, Codable, Equatable {
    public var what: String
    public var count: Int
    public var example: String?

    public init(what: String, count: Int, example: String? = nil) {
      (self.what, self.count, self.example) = (what, count, example)
    }
  }

  /// How one file was understood.
  public struct File: Sendable, Codable, Equatable {
    public var name: String
    public var format: ImportOptions.Format
    public var delimiter: String
    public var isCompressed: Bool
    /// How its dates are written, such as `month/day/year`.
    public var dates: String
    /// The column read as each role.
    public var columns: [String: String]
    /// Columns that were not read.
    public var ignored: [String]
    public var rows: Int
  }

  /// How many assets of the panel an attribute is known for.
  public struct Attribute: Sendable, Codable, Equatable {
    public var name: String
    public var known: Int
    public var groups: Int
  }

  public var files: [File] = []
  /// Records below the headers, blank lines not counted.
  public var rowsRead = 0
  /// Rows that gave the panel at least one value.
  public var rowsKept = 0
  /// Values of a date and an asset: in long format as many as rows kept, in wide format its cells.
  public var observations = 0
  /// Rows (in wide format: cells) left out, by reason.
  public var dropped: [Finding] = []
  /// Rows kept with some fields made missing, by reason.
  public var blanked: [Finding] = []
  /// Rows kept as they are although something is odd about them, by reason.
  public var kept: [Finding] = []
  /// What needed no decision: order, line ends, quotes, and the like.
  public var handled: [Finding] = []
  /// Among the observations kept, how many lack each field, in the order of the fields.
  public var missing: [Finding] = []
  public var firstDate = ""
  public var lastDate = ""
  public var dates = 0
  public var assets = 0
  public var fields: [String] = []
  public var attributes: [Attribute] = []
}

extension ImportReport: CustomStringConvertible {
  /// Plain text, one finding per line.
  public var description: String {
    var lines: [String] = []
    func row(_ label: String, _ text: String) {
      lines.append(label + String(repeating: " ", count: max(1, 13 - label.count)) + text)
    }
    func rows(_ label: String, _ findings: [Finding]) {
      for (index, finding) in findings.enumerated() {
        row(
          index == 0 ? label : "",
          "\(Self.grouped(finding.count)) \(finding.what)"
            + (finding.example.map { " (first: \($0))" } ?? ""))
      }
    }
    for file in files {
      row(
        "file",
        "\(file.name): \(file.format.rawValue), \(file.delimiter), dates \(file.dates), "
          + "\(Self.grouped(file.rows)) rows\(file.isCompressed ? ", gzip" : "")")
      let renamed = file.columns.filter { $0.key != $0.value }.sorted { $0.key < $1.key }
      if !renamed.isEmpty {
        row("  columns", renamed.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: ", "))
      }
      if !file.ignored.isEmpty { row("  not read", listed(file.ignored)) }
    }
    row("rows read", Self.grouped(rowsRead))
    row(
      "rows kept",
      Self.grouped(rowsKept)
        + (observations == rowsKept ? "" : ", with \(Self.grouped(observations)) values"))
    row("dates", "\(Self.grouped(dates)), \(firstDate) to \(lastDate)")
    row("assets", Self.grouped(assets))
    row("fields", fields.joined(separator: ", "))
    rows("missing", missing)
    rows("dropped", dropped)
    rows("blanked", blanked)
    rows("kept", kept)
    rows("handled", handled)
    for attribute in attributes {
      row(
        "attribute",
        "\(attribute.name): known for \(attribute.known) of \(assets) assets, "
          + "\(attribute.groups) distinct")
    }
    return lines.joined(separator: "\n")
  }

  /// Digits in groups of three.
  private static func grouped(_ number: Int) -> String {
    var text = ""
    let digits = String(number)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
