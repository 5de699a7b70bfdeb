import Market

/// What stood on the command line after the command's name, checked against its definition.
struct Arguments {
  private(set) var positionals: [String] = []
  private var values: [String: [String]] = [:]

  /// - Throws: `UsageError` for an unknown option, a missing value, two values of one, or too many words.
  init(_ words: ArraySlice<String>, for command: CommandDefinition) throws(UsageError) {
    var rest = words
    var optionsEnded = false
    while let word = rest.popFirst() {
      if optionsEnded || !word.hasPrefix("-") || word == "-" {
        positionals.append(word)
        continue
      }
      if word == "--" {
        optionsEnded = true
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        throw .unknownOption(name, command: command.name, known: command.options.map(\.name))
      }
      guard let kind = option.value else {
        guard parts.count == 1 else { throw .unexpectedValue(name) }
        values[name, default: []].append("")
        continue
      }
      if parts.count == 2 {
        values[name, default: []].append(String(parts[1]))
      } else if let value = rest.first, value == "-" || !value.hasPrefix("--") {
        values[name, default: []].append(value)
        rest = rest.dropFirst()
      } else {
        throw .missingValue(name, kind)
      }
    }
    for option in command.options where option.value != nil {
      if values[option.name]?.contains("") == true {
        throw .missingValue(option.name, option.value ?? "")
      }
      if let given = values[option.name], given.count > 1, !option.takesMany {
        throw .givenTwice(option.name, given)
      }
    }
    let takesMany = command.positionals.last?.contains("…") ?? false
    if positionals.count > command.positionals.count, !takesMany {
      throw .unexpectedWord(positionals[command.positionals.count], command: command.name)
    }
    let needed = command.positionals.count { !$0.hasPrefix("[") }
    if positionals.count < needed {
      throw .missingWord(command.positionals[positionals.count], command: command.name)
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value given; an empty one was refused.
  func string(_ name: String) -> String? { values[name]?.last }

  /// Every value given, in order.
  func strings(_ name: String) -> [String] { values[name] ?? [] }

  /// Refuses options that would have no effect.
  ///
  /// - Throws: `UsageError.pointlessOption` for the first that was given.
  func refuse(_ names: [String], with context: String) throws(UsageError) {
    if let name = names.first(where: has) { throw .pointlessOption(name, with: context) }
  }

  /// Values separated by commas.
  func list(_ name: String) -> [String]? {
    string(name)?.split(separator: ",").map { $0.trimming(while: \.isWhitespace) }
  }

  /// - Throws: `UsageError.badNumber` where the value is no whole number in range.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = string(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw .badNumber(
        name, text, accepted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

extension Substring {
  /// Without the leading and trailing characters for which the test holds.
  func trimming(while holds: (Character) -> Bool) -> String {
    guard let first = firstIndex(where: { !holds($0) }), let last = lastIndex(where: { !holds($0) })
    else { return "" }
    return String(self[first...last])
  }
}

/// A command line that makes no sense.
enum UsageError: UserFacingError {
  case unknownCommand(String, known: [String])
  case unknownOption(String, command: String, known: [String])
  case unexpectedValue(String)
  case missingValue(String, String)
  case givenTwice(String, [String])
  case unexpectedWord(String, command: String)
  case missingWord(String, command: String)
  case badNumber(String, String, accepted: String)
  case missingOption(String, command: String)
  case pointlessOption(String, with: String)
  case unknownFormat(String)
  case unknownAction(String, known: [String])

  var description: String {
    switch self {
    case .unknownCommand(let name, let known):
      "no command '\(name)'\(suggestion(for: name, among: known)); known: "
        + known.joined(separator: ", ")
    case .unknownOption(let name, let command, let known):
      "'qbench \(command)' has no option \(name)\(suggestion(for: name, among: known)); "
        + "see 'qbench \(command) --help'"
    case .unexpectedValue(let name): "\(name) takes no value"
    case .missingValue(let name, let kind): "\(name) needs a value: \(name) \(kind)"
    case .givenTwice(let name, let values):
      "\(name) was given \(values.count) times (\(values.joined(separator: ", "))); give it once"
    case .unexpectedWord(let word, let command):
      "'\(word)' is one word too many; see 'qbench \(command) --help'"
    case .missingWord(let word, let command):
      "'qbench \(command)' needs \(word); see 'qbench \(command) --help'"
    case .badNumber(let name, let text, let accepted):
      "\(name) is '\(text)'; accepted: \(accepted)"
    case .pointlessOption(let name, let context):
      "\(name) has no effect with \(context); leave it out"
    case .unknownFormat(let name): "cannot import '\(name)'; accepted: csv"
    case .unknownAction(let name, let known):
      "no action '\(name)'\(suggestion(for: name, among: known)); accepted: "
        + known.joined(separator: ", ")
    case .missingOption(let name, let command):
      "'qbench \(command)' needs \(name); see 'qbench \(command) --help'"
    }
  }
}
