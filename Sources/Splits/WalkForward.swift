import Market

/// Trains on the past and tests on what follows, again and again: nothing later is ever trained on.
///
/// The test blocks are the last `folds` · `testWindow` dates. Each block's training ends `reach`
/// dates before it, so that no training label is computed from a price of the block. There is no
/// embargo: it drops dates *after* a test block, and none of those is trained on for that block.
public struct WalkForward: Splitter {
  public enum Training: Sendable, Equatable {
    /// From the panel's first date.
    case expanding
    /// The last so many dates before the purge; validation is cut from them.
    case rolling(dates: Int)
  }

  public let folds: Int
  public let testWindow: Int?
  public let training: Training
  /// Far more than any panel has, and small enough that no product can overflow.
  private static let largest = 1_000_000
  private let purge: Purge
  private let cut: ValidationCut

  /// - Parameters:
  ///   - folds: How many test blocks, 1 or more.
  ///   - testWindow: Dates in each block; `nil` for ⌊dates / (folds + 1)⌋, as scikit-learn's
  ///     `TimeSeriesSplit` has it.
  ///   - training: How far back training reaches.
  ///   - label: Its reach is the purge.
  ///   - validationFraction: Share of each fold's training dates set aside, 0 for none.
  /// - Throws: `SpecError.invalid` for a parameter out of range.
  public init(
    folds: Int, testWindow: Int? = nil, training: Training = .expanding, label: LabelSpec,
    validationFraction: Double
  ) throws(SpecError) {
    guard (1...Self.largest).contains(folds) else {
      throw .invalid(key: "split.folds", value: "\(folds)", accepted: "1 to \(Self.largest)")
    }
    if let testWindow, !(1...Self.largest).contains(testWindow) {
      throw .invalid(
        key: "split.testWindow", value: "\(testWindow)", accepted: "1 to \(Self.largest) dates")
    }
    if case .rolling(let window) = training, !(1...Self.largest).contains(window) {
      throw .invalid(
        key: "split.trainWindow", value: "\(window)", accepted: "1 to \(Self.largest) dates")
    }
    (self.folds, self.testWindow, self.training) = (folds, testWindow, training)
    purge = Purge(reach: label.reach, embargo: 0)
    cut = try ValidationCut(fraction: validationFraction, place: .end)
  }

  public func split(dates: Int) throws(SpecError) -> [Fold] {
    let length = testWindow ?? max(1, dates / (folds + 1))
    let shortest = if case .rolling(let window) = training { window } else { 1 }
    let needed = shortest + purge.reach + folds * length
    guard dates >= needed else {
      throw .tooFewDates(
        dates: dates, needed: needed, for: "walk-forward over \(folds) blocks of \(length) dates")
    }
    let firstTest = dates - folds * length
    var result: [Fold] = []
    for index in 0..<folds {
      let test = firstTest + index * length..<firstTest + (index + 1) * length
      let end = test.lowerBound - purge.reach
      let start =
        switch training {
        case .expanding: 0
        case .rolling(let window): end - window
        }
      let (train, validation) = cut.divide(Array(start..<end), purge)
      guard !train.isEmpty else {
        throw .emptyTraining(fold: index, dates: dates, reach: purge.reach, embargo: 0)
      }
      result.append(
        Fold(index: index, train: train, validation: validation, test: Array(test)))
    }
    return result
  }
}
