import Foundation
import Market
import Metrics

/// Student's t distribution, scaled to variance 1; degrees of freedom above 2.
struct StudentT: Sendable, Equatable {
  /// Normal scores beyond are taken as this, whose tail probability is 6e-300.
  static let farthestScore = 37.0

  let degrees: Double
  /// The standard t's logarithm of density at 0.
  private let logPeak: Double
  private let toUnitVariance: Double

  init(degrees: Double) {
    self.degrees = degrees
    logPeak =
      logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * log(Double.pi * degrees)
    toUnitVariance = ((degrees - 2) / degrees).squareRoot()
  }

  /// The value as probable to exceed as `score` is for a standard normal.
  ///
  /// Newton's method on the logarithm of the tail probability, in brackets; about 1e-12 of the
  /// value.
  func quantile(normalScore score: Double) -> Double {
    guard score != 0, !score.isNaN else { return 0 }
    let z = min(abs(score), Self.farthestScore)
    let target = log(NormalDistribution.probability(above: z))
    // Cornish and Fisher's first term; too near in the far tail, never negative.
    var x = z + (z * z * z + z) / (4 * degrees)
    var (low, high) = (0.0, Double.infinity)
    for _ in 0..<100 {
      let tail = logTail(x)
      let miss = tail - target
      if miss > 0 { low = x } else { high = x }
      let slope = -exp(logDensity(x) - tail)
      // A power law is a straight line in logarithms.
      var next = x > 1 ? x * exp(-miss / (x * slope)) : x - miss / slope
      if !(next > low && next < high) { next = high.isFinite ? (low + high) / 2 : 2 * x }
      let step = abs(next - x)
      x = next
      if step <= 1e-13 * x { break }
    }
    return (score < 0 ? -x : x) * toUnitVariance
  }

  /// A draw: Bailey's polar method (1994).
  func draw(_ stream: inout SeedStream) -> Double {
    while true {
      let (u, v) = (2 * stream.uniform() - 1, 2 * stream.uniform() - 1)
      let square = u * u + v * v
      guard square > 0, square < 1 else { continue }
      let radius = (degrees * (pow(square, -2 / degrees) - 1) / square).squareRoot()
      return u * radius * toUnitVariance
    }
  }

  /// Of the standard t, x ≥ 0.
  private func logDensity(_ x: Double) -> Double {
    logPeak - (degrees + 1) / 2 * log1p(x * x / degrees)
  }

  /// ln P(T > x) of the standard t, x ≥ 0.
  private func logTail(_ x: Double) -> Double {
    guard x > 0 else { return -log(2) }
    let (half, sum) = (degrees / 2, degrees + x * x)
    // T > x has half of the probability that a beta variable falls below ν / (ν + x²).
    let (below, above) = (degrees / sum, x * x / sum)
    let logFactor =
      -half * log1p(x * x / degrees) + 0.5 * (2 * log(x) - log(sum)) + logGamma(half + 0.5)
      - logGamma(half) - logGamma(0.5)
    if below < (half + 1) / (half + 2.5) {
      return logFactor - log(2 * half) + log(IncompleteBeta.fraction(below, half, 0.5))
    }
    return log(0.5 - exp(logFactor) * IncompleteBeta.fraction(above, 0.5, half))
  }
}

/// The derivative of ln Γ, x > 0: recurrence up to 10, then the asymptotic series.
func digamma(_ x: Double) -> Double {
  var (x, value) = (x, 0.0)
  while x < 10 {
    value -= 1 / x
    x += 1
  }
  let inverse = 1 / (x * x)
  let series =
    inverse * (1.0 / 12 - inverse * (1.0 / 120 - inverse * (1.0 / 252 - inverse / 240)))
  return value + log(x) - 0.5 / x - series
}
