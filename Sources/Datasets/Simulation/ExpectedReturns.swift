import Market

/// The true expected daily return of every asset, known because the market was simulated.
///
/// The return of day *s* is a mean, fixed on date *s* − `delay`, plus noise whose expectation is
/// zero given everything up to *s* − 1. For a label that ends within `delay` dates of its decision
/// all means are therefore known on that date, and the noises are uncorrelated with each other, so
/// that the expected label is exactly the compounded mean.
public struct ExpectedReturns: Sendable {
  public let dates: Int
  public let assets: Int
  /// On which date before day *s* its expected return is fixed.
  public let delay: Int
  /// Date × asset: expected simple return from the close before to the close of the date.
  let daily: [Float]
  /// Date × asset: whether the asset was observed.
  let observed: [Bool]

  init(dates: Int, assets: Int, delay: Int, daily: [Float], observed: [Bool]) {
    precondition(daily.count == dates * assets && observed.count == dates * assets)
    (self.dates, self.assets, self.delay) = (dates, assets, delay)
    (self.daily, self.observed) = (daily, observed)
  }

  /// The expected label given all that is known at its date: date × asset, row-major.
  ///
  /// NaN where the label itself is missing: the asset was not observed on the date of the decision,
  /// of the entry or of the exit, or the label ends past the last date. In units of simple return,
  /// whatever the label's transform.
  /// - Returns: `nil` where the truth is not known; `unavailability(for:)` says why.
  /// - Complexity: O(dates · assets · horizon).
  public func expected(_ label: LabelSpec) -> [Float]? {
    guard unavailability(for: label) == nil else { return nil }
    var result = [Float](repeating: .nan, count: daily.count)
    for date in 0..<max(0, dates - label.reach) {
      for asset in 0..<assets {
        let cells = [date, date + label.entryLag, date + label.reach].map { $0 * assets + asset }
        guard cells.allSatisfy({ observed[$0] }) else { continue }
        let growth = (1...label.horizon).reduce(1.0) { product, step in
          product * (1 + Double(daily[(date + label.entryLag + step) * assets + asset]))
        }
        result[date * assets + asset] = Float(growth - 1)
      }
    }
    return result
  }

  /// Why there is no truth for a label, in one line; `nil` where there is.
  public func unavailability(for label: LabelSpec) -> String? {
    guard label.reach > delay else { return nil }
    return "expected returns are fixed \(delay) dates ahead, and the label ends \(label.reach) "
      + "dates after its decision; the oracle needs entryLag + horizon of at most \(delay), or a "
      + "market with 'delay' of at least \(label.reach)"
  }
}
