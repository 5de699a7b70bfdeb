import Market

/// Divides dates into folds, knowing nothing but how many dates there are.
///
/// A splitter is given no features, labels or assets, so it cannot look at any: purging by date
/// removes a date for all assets alike.
public protocol Splitter: Sendable {
  /// The folds of a panel of `dates` dates, numbered from 0 in the order in which they are listed.
  ///
  /// Positions are those of the dates counted from 0. Every date is divided alike, so ask for the
  /// dates that have labels: the panel's dates less the label's reach.
  /// - Throws: `SpecError.tooFewDates` where the division cannot be made, and
  ///   `SpecError.emptyTraining` where a fold would have nothing to train on.
  func split(dates: Int) throws(SpecError) -> [Fold]
}
