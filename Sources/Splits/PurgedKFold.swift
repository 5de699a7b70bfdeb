import Market

/// Contiguous *k*-fold over dates, purged and embargoed: every date is tested exactly once.
///
/// Fold *i* of *k* tests the dates [⌊*nT*/*k*⌋] from *i* to *i* + 1 and trains on whatever lies
/// before **and after** them, outside the purge and the embargo (see `Documentation/purging.md`).
///
/// López de Prado (2018), *Advances in Financial Machine Learning*, chapter 7.
public struct PurgedKFold: Splitter {
  public let folds: Int
  private let purge: Purge
  private let cut: ValidationCut

  /// There is deliberately no default for `embargo`: 0 must be a decision.
  ///
  /// - Parameters:
  ///   - folds: How many test blocks, 2 or more.
  ///   - label: Its reach is the purge.
  ///   - embargo: Further dates dropped after each test (and validation) block.
  ///   - validationFraction: Share of each fold's training dates set aside, 0 for none.
  /// - Throws: `SpecError.invalid` for a parameter out of range.
  public init(
    folds: Int, label: LabelSpec, embargo: Int, validationFraction: Double
  ) throws(SpecError) {
    guard folds >= 2 else {
      throw .invalid(key: "split.folds", value: "\(folds)", accepted: "2 or more")
    }
    self.folds = folds
    purge = try Purge(label, embargo: embargo)
    cut = try ValidationCut(fraction: validationFraction, place: .cheapest)
  }

  /// The dates that may be trained on when `test` is held out, before validation is cut from them.
  func train(excluding test: Range<Int>, of dates: Int) -> [Int] {
    purge.dates(of: dates, outside: [test])
  }

  public func split(dates: Int) throws(SpecError) -> [Fold] {
    let blocks = try evenBlocks(folds, of: dates, for: "\(folds)-fold cross-validation")
    var result: [Fold] = []
    for (index, test) in blocks.enumerated() {
      let (train, validation) = cut.divide(train(excluding: test, of: dates), purge)
      guard !train.isEmpty else {
        throw .emptyTraining(
          fold: index, dates: dates, reach: purge.reach, embargo: purge.embargo)
      }
      result.append(
        Fold(index: index, train: train, validation: validation, test: Array(test)))
    }
    return result
  }
}
