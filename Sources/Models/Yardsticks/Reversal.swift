import Market

/// Bets against the recent return of each asset, or with it: a factor known without learning.
///
/// The factor is −(trailing return), standardised across the assets of the date; `momentum` leaves
/// the sign. Training rows set its size only, |slope| of labels on the factor, so that errors are
/// in units of the labels; which way it bets is never fitted.
///
/// Jegadeesh (1990), *Evidence of Predictable Behavior of Security Returns*; for momentum,
/// Jegadeesh and Titman (1993).
enum Reversal: ModelFamily {
  struct Hyperparameters: Codable, Sendable, Equatable {
    /// Length of the trailing return, in dates.
    var days = 5
    /// Dates between the end of the trailing return and the row's own.
    var skip = 0
    /// Bets that the return goes on instead of turning.
    var momentum = false
  }

  static let id = "reversal"
  static let summary = "yardstick: bets against the trailing return of each asset"
  static let defaults = Hyperparameters()
  static let isSeeded = false
  static let revision = 1

  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError) {
    guard (1...1000).contains(hyperparameters.days) else {
      throw .invalid(
        key: "reversal.days", value: "\(hyperparameters.days)", accepted: "1 to 1000 dates")
    }
    guard (0...1000).contains(hyperparameters.skip) else {
      throw .invalid(
        key: "reversal.skip", value: "\(hyperparameters.skip)", accepted: "0 to 1000 dates")
    }
  }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ hyperparameters: Hyperparameters,
    in _: FitContext
  ) -> any Predictor {
    let factor = factor(of: train.samples, hyperparameters)
    var (product, square) = (0.0, 0.0)
    for (value, label) in zip(factor, train.labels) {
      product += Double(value) * Double(label)
      square += Double(value) * Double(value)
    }
    return Factor(hyperparameters: hyperparameters, slope: square > 0 ? product / square : 0)
  }

  /// The standardised factor of every row; 0, the middle of the date, where it is unknown.
  ///
  /// All assets of a date make its cross-section, whichever of them are asked for, so that a value
  /// does not depend on the other rows. The deviation has divisor *n* − 1; a date with fewer than
  /// two known returns, or with all of them equal, is 0 throughout.
  static func factor(of samples: Samples, _ hyperparameters: Hyperparameters) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(samples.count)
    for range in samples.dateRanges {
      let scores = standardised(returns(at: range.lowerBound, of: samples, hyperparameters))
      for key in samples.keys[range] {
        let score = scores[Int(key.asset)]
        result.append(Float(hyperparameters.momentum ? score : -score))
      }
    }
    return result
  }

  private static func returns(
    at position: Int, of samples: Samples, _ hyperparameters: Hyperparameters
  ) -> [Float] {
    let (days, skip) = (hyperparameters.days, hyperparameters.skip)
    let whole = samples.crossSectionOfTrailingReturns(at: position, days: days + skip)
    guard skip > 0 else { return whole }
    let skipped = samples.crossSectionOfTrailingReturns(at: position, days: skip)
    return zip(whole, skipped).map { (1 + $0) / (1 + $1) - 1 }
  }

  private static func standardised(_ section: [Float]) -> [Double] {
    let known = section.filter(\.isFinite).map(Double.init)
    let mean = known.reduce(0, +) / Double(max(1, known.count))
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(max(1, known.count - 1))).squareRoot()
    guard deviation > 1e-12 else { return Array(repeating: 0, count: section.count) }
    return section.map { $0.isFinite ? (Double($0) - mean) / deviation : 0 }
  }

  struct Factor: Predictor {
    let hyperparameters: Hyperparameters
    /// Signed, for the record: below 0, the bet lost on the training rows.
    let slope: Double

    var notes: [String: Double] { ["slope": slope] }

    func predict(_ samples: Samples) -> [Float] {
      let size = Float(abs(slope))
      return Reversal.factor(of: samples, hyperparameters).map { size * $0 }
    }
  }
}
