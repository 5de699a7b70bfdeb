import Market

/// How text is to be read as a panel; every setting has a default that suits most files.
public struct ImportOptions: Sendable, Equatable {
  /// How a file lays out its observations.
  public enum Format: String, Sendable, Codable, CaseIterable {
    /// One row per date and asset.
    case long
    /// One row per date, one column of closes per asset.
    case wide
    /// One row per date, one asset per file.
    case single
  }

  /// What a column can be.
  public enum Role: String, Sendable, Codable, CaseIterable {
    case date, asset, open, high, low, close, volume, vwap
  }

  /// The order of year, month and day in a date.
  public enum DateOrder: String, Sendable, Codable, CaseIterable { case ymd, mdy, dmy }

  /// Columns named by the user; other roles are recognised by their usual names.
  public var columns: [Role: String] = [:]
  /// `nil`: seen from the header.
  public var format: Format?
  /// `nil`: seen from the column; day/month/year is never assumed.
  public var dates: DateOrder?
  /// An ASCII byte; `nil`: the most frequent of comma, semicolon, tab and bar in the header.
  public var delimiter: UInt8?
  /// The asset's name in files without an asset column; `nil`: the file's name.
  public var asset: String?
  /// What to do about bad rows where that is not the problem's default.
  public var treatments: [RowProblem: RowProblem.Treatment] = [:]
  /// The largest panel to build, in bytes of values.
  public var panelLimit = 8 << 30

  public init() {}

  /// What is done about a kind of bad row.
  public func treatment(of problem: RowProblem) -> RowProblem.Treatment {
    treatments[problem] ?? problem.treatments[0]
  }

  /// The command-line names that `set` accepts, each with what it takes.
  public static let flags: [(name: String, accepted: String)] = [
    (
      "columns",
      "role=column,… with roles \(names(Role.self)), such as date=Date,close=\"Adj Close\""
    ),
    ("format", names(Format.self)),
    ("dates", names(DateOrder.self)),
    ("delimiter", "comma, semicolon, tab, bar, or one character"),
    ("asset", "the asset's name, for a file without an asset column"),
    (
      "on",
      RowProblem.allCases.map { problem in
        "\(problem.rawValue)=\(problem.treatments.map(\.rawValue).joined(separator: "|"))"
      }.joined(separator: ",")
    ),
  ]

  /// Flags whose values add to each other.
  public static let additiveFlags: Set = ["columns", "on"]

  /// Sets what a command-line flag (without its dashes) names.
  ///
  /// - Throws: `ImportError.badOption`, saying what the flag takes; `SpecError.unknown` for a flag
  ///   that is not in `flags`.
  public mutating func set(_ flag: String, to value: String) throws {
    guard let accepted = Self.flags.first(where: { $0.name == flag })?.accepted else {
      throw SpecError.unknown(kind: "import option", id: flag, known: Self.flags.map(\.name))
    }
    let refusal = ImportError.badOption(flag, value: value, accepted: accepted)
    switch flag {
    case "columns":
      for (key, name) in try pairs(value, refusal) {
        guard let role = Role(rawValue: key.lowercased()), columns[role] == nil else {
          throw refusal
        }
        columns[role] = name
      }
    case "format":
      guard let parsed = Format(rawValue: value.lowercased()) else { throw refusal }
      format = parsed
    case "dates":
      guard let parsed = DateOrder(rawValue: value.lowercased()) else { throw refusal }
      dates = parsed
    case "delimiter":
      guard let parsed = Self.delimiter(named: value) else { throw refusal }
      delimiter = parsed
    case "asset":
      guard !value.isEmpty else { throw refusal }
      asset = value
    default:
      for (key, name) in try pairs(value, refusal) {
        guard let problem = RowProblem(rawValue: key.lowercased()),
          let treatment = RowProblem.Treatment(rawValue: name.lowercased()),
          problem.treatments.contains(treatment)
        else { throw refusal }
        treatments[problem] = treatment
      }
    }
  }

  private static func names<T: RawRepresentable<String> & CaseIterable>(_: T.Type) -> String {
    T.allCases.map(\.rawValue).joined(separator: ", ")
  }

  private static func delimiter(named name: String) -> UInt8? {
    switch name.lowercased() {
    case "comma": return UInt8(ascii: ",")
    case "semicolon": return UInt8(ascii: ";")
    case "tab", "\\t": return UInt8(ascii: "\t")
    case "bar", "pipe": return UInt8(ascii: "|")
    default:
      // What could also be part of a number, a date, a quoted field or a line end cannot separate.
      guard name.utf8.count == 1, let byte = name.utf8.first,
        byte == 9 || (33..<127).contains(byte),
        !"\"'+-./:".utf8.contains(byte), !Character(name).isLetter, !Character(name).isNumber
      else { return nil }
      return byte
    }
  }

  /// Splits `a=b,c="d, e"`.
  private func pairs(
    _ text: String, _ refusal: ImportError
  ) throws -> [(String, String)] {
    var parts = [""]
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: parts.append("")
      default: parts[parts.count - 1].append(character)
      }
    }
    guard !isQuoted else { throw refusal }
    return try parts.map { part in
      guard let equals = part.firstIndex(of: "=") else { throw refusal }
      let key = part[..<equals].filter { $0 != " " }
      let name = part[part.index(after: equals)...]
      guard !key.isEmpty, !name.isEmpty else { throw refusal }
      return (String(key), String(name))
    }
  }
}
