import Foundation

/// The χ² distribution with a whole number of degrees of freedom.
struct ChiSquaredDistribution: Sendable, Equatable {
  /// At least 1.
  let degrees: Int

  /// P(χ² > value): a finite sum, whose terms are all positive.
  ///
  /// Abramowitz and Stegun, 26.4.4 and 26.4.5.
  func probability(above value: Double) -> Double {
    guard value > 0 else { return value.isNaN ? .nan : 1 }
    guard value.isFinite else { return 0 }
    let half = value / 2
    // Even: e^(−x/2) Σ (x/2)^i / i!, i < ν/2. Odd: the same with i + ½, besides a normal's tails.
    let isOdd = degrees % 2 == 1
    var exponent = isOdd ? 0.5 : 0
    var sum = isOdd ? erfc(half.squareRoot()) : 0
    while exponent < Double(degrees) / 2 {
      sum += exp(exponent * log(half) - half - logGamma(exponent + 1))
      exponent += 1
    }
    return min(1, sum)
  }
}
