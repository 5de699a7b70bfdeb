import Foundation

/// Student's t distribution, degrees of freedom above 0.
struct StudentTDistribution: Sendable, Equatable {
  let degrees: Double

  /// P(T > value), to about 11 digits of the smaller tail.
  func probability(above value: Double) -> Double {
    guard !value.isNaN else { return .nan }
    let square = value * value
    guard square.isFinite else { return value > 0 ? 0 : 1 }
    // T² > v² has the probability that a beta variable falls below ν / (ν + v²).
    let tail =
      0.5
      * IncompleteBeta.probability(
        below: degrees / (degrees + square), rest: square / (degrees + square), degrees / 2, 0.5)
    return value >= 0 ? tail : 1 - tail
  }

  /// P(|T| > |value|).
  func twoSided(_ value: Double) -> Double { 2 * probability(above: abs(value)) }

  /// The value that lies above another with this probability, strictly within (0, 1).
  func quantile(_ probability: Double) -> Double {
    guard probability > 0, probability < 1 else { return .nan }
    guard probability >= 0.5 else { return -quantile(1 - probability) }
    return risingRoot { 1 - probability - self.probability(above: $0) }
  }
}

/// Where a rising function passes 0, sought from 0 upwards, to the last bit by halving.
///
/// 0 where the function is not negative there; the largest number where it never rises to 0.
func risingRoot(_ function: (Double) -> Double) -> Double {
  guard function(0) < 0 else { return 0 }
  var (low, high) = (0.0, 1.0)
  while function(high) < 0, high < .greatestFiniteMagnitude / 2 { (low, high) = (high, 2 * high) }
  while true {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { return high }
    if function(middle) < 0 { low = middle } else { high = middle }
  }
}
