import Market

/// How much is done to say what each model relies on; see `Documentation/explanations.md`.
///
/// The first seed of every fold is explained, of every family but yardsticks and commands of the
/// user's own.
public struct ExplainSpec: Codable, Sendable, Equatable {
  /// At most so many test rows a fold are predicted anew, in whole dates, but never less than a date;
  /// 0 explains nothing.
  public var rows = 2000
  /// Of these, at most so many have their predictions divided among the features: for a random
  /// forest that takes a hundred times as long as predicting them.
  public var contributionRows = 250
  /// How often each feature is shuffled.
  public var repeats = 3
  /// Whether features are shuffled at all; contributions are made in any case.
  public var permutation = true

  public init() {}

  func validate() throws(SpecError) {
    guard (0...100_000_000).contains(rows) else {
      throw .invalid(
        key: "explain.rows", value: "\(rows)", accepted: "0 (explain nothing) to 100000000")
    }
    guard (1...100_000_000).contains(contributionRows) else {
      throw .invalid(
        key: "explain.contributionRows", value: "\(contributionRows)",
        accepted: "1 to 100000000")
    }
    guard (1...1000).contains(repeats) else {
      throw .invalid(key: "explain.repeats", value: "\(repeats)", accepted: "1 to 1000")
    }
  }
}
