import Market
import Networks

/// What the cost of a cell grows with.
struct WorkSize: Sendable {
  /// Rows that are fitted to, watched and predicted.
  var train: Double
  var validation: Double
  var test: Double
  /// Features.
  let columns: Double
  /// Assets of the market: rows of a date.
  let assets: Double

  var rows: Double { train + validation + test }

  /// Rows that a network's epoch visits.
  var epoch: Double { min(train, Double(Batching.epochRows)) }
}

/// Resolved hyperparameters, read by their names.
struct Settings: Sendable {
  private let values: [String: JSONValue]

  init(_ value: JSONValue) {
    if case .object(let object) = value { values = object } else { values = [:] }
  }

  /// A number; `fallback` where there is none of that name.
  func callAsFunction(_ key: String, _ fallback: Double = 1) -> Double {
    values[key].flatMap(Self.number) ?? fallback
  }

  func numbers(_ key: String) -> [Double] {
    guard case .array(let list) = values[key] else { return [] }
    return list.compactMap(Self.number)
  }

  func text(_ key: String) -> String? {
    if case .string(let text) = values[key] { text } else { nil }
  }

  func part(_ key: String) -> Settings { Settings(values[key] ?? .null) }

  private static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
