import Market

/// What one replicate predicted, beside what then happened.
///
/// A replicate is one model with one seed over one set of test dates (all folds, or one path).
public struct ScoredRows: Sendable {
  /// Sorted by date, then asset.
  public let keys: [SampleKey]
  public let predictions: [Float]
  /// Labels as trained on: what errors and hits are measured against.
  public let targets: [Float]
  /// Forward returns as they were: what correlations and portfolios are measured against.
  public let returns: [Float]
  /// The rows of each date.
  let ranges: [Range<Int>]

  /// - Precondition: lists of equal length; keys increase strictly.
  public init(keys: [SampleKey], predictions: [Float], targets: [Float], returns: [Float]) {
    precondition(keys.count == predictions.count, "one prediction a row")
    precondition(keys.count == targets.count && keys.count == returns.count)
    var ranges: [Range<Int>] = []
    var start = 0
    for row in keys.indices {
      precondition(row == 0 || keys[row - 1] < keys[row], "keys out of order")
      if row + 1 == keys.count || keys[row + 1].date != keys[row].date {
        ranges.append(start..<row + 1)
        start = row + 1
      }
    }
    (self.keys, self.predictions, self.targets) = (keys, predictions, targets)
    (self.returns, self.ranges) = (returns, ranges)
  }

  /// Positions of the dates in the panel, increasing.
  public var dates: [Int] { ranges.map { Int(keys[$0.lowerBound].date) } }

  /// One date's rows whose outcome is known, in asset order.
  struct Section {
    var date = 0
    var assets: [Int32] = []
    var predicted: [Float] = []
    var realised: [Float] = []
  }

  /// Calls `body` with every date that can be scored and its position among `dates`.
  ///
  /// A row without an outcome is left out. A date with a missing or infinite prediction is left
  /// out as a whole: dropping just that row would let a model choose what it is scored on.
  func forEachSection(
    against outcomes: [Float], _ body: (_ position: Int, _ section: Section) -> Void
  ) {
    var section = Section()
    for (position, range) in ranges.enumerated() {
      section.date = Int(keys[range.lowerBound].date)
      section.assets.removeAll(keepingCapacity: true)
      section.predicted.removeAll(keepingCapacity: true)
      section.realised.removeAll(keepingCapacity: true)
      var isComplete = true
      for row in range {
        isComplete = isComplete && predictions[row].isFinite
        guard outcomes[row].isFinite else { continue }
        section.assets.append(keys[row].asset)
        section.predicted.append(predictions[row])
        section.realised.append(outcomes[row])
      }
      if isComplete, !section.assets.isEmpty { body(position, section) }
    }
  }
}
