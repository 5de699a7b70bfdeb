import Market

/// How dates are divided into folds; the purge itself follows from the label and is no setting.
public struct SplitSpec: Codable, Sendable, Equatable {
  public enum Kind: String, SpecChoice {
    case purgedKFold = "purged_kfold"
    case walkForward = "walk_forward"
    case combinatorial
  }

  public var kind = Kind.purgedKFold
  /// Folds of `purged_kfold`, test windows of `walk_forward`, groups of `combinatorial`.
  public var folds = 3
  /// Groups tested together; `combinatorial` only.
  public var testGroups = 2
  /// Dates dropped after each test block, beyond the purge, for what features remember: 60, as far as
  /// the engineered features look back, so that nothing learnt depends on a tested date.
  public var embargo = 60
  /// Share of the training dates that is held out to watch the fit.
  public var validationFraction = 0.2

  func validate() throws(SpecError) {
    guard (2...1000).contains(folds) else {
      throw .invalid(key: "split.folds", value: "\(folds)", accepted: "2 to 1000")
    }
    guard kind != .combinatorial || (1..<folds).contains(testGroups) else {
      throw .invalid(
        key: "split.testGroups", value: "\(testGroups)", accepted: "1 to folds − 1 (\(folds - 1))")
    }
    guard (0...10_000).contains(embargo) else {
      throw .invalid(key: "split.embargo", value: "\(embargo)", accepted: "0 to 10000 dates")
    }
    guard validationFraction >= 0, validationFraction <= 0.5 else {
      throw .invalid(
        key: "split.validationFraction", value: "\(validationFraction)", accepted: "0 to 0.5")
    }
  }
}
