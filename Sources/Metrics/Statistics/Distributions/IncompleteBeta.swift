import Foundation

/// ln Γ(x), x > 0.
public func logGamma(_ x: Double) -> Double { lgamma(x).0 }

/// The regularised incomplete beta function, behind Student's t and Fisher's F.
public enum IncompleteBeta {
  /// I_x(a, b): the probability that a beta variable is below x.
  ///
  /// - Parameters:
  ///   - x: Within [0, 1].
  ///   - rest: 1 − x, given apart because near an x of 1 the difference has no digits left.
  ///   - a: Above 0.
  ///   - b: Above 0.
  /// - Returns: Within [0, 1].
  static func probability(below x: Double, rest: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard rest > 0 else { return 1 }
    let (logX, logRest) = x < rest ? (log(x), log1p(-x)) : (log1p(-rest), log(rest))
    let factor = exp(a * logX + b * logRest + logGamma(a + b) - logGamma(a) - logGamma(b))
    if x < (a + 1) / (a + b + 2) { return factor * fraction(x, a, b) / a }
    return 1 - factor * fraction(rest, b, a) / b
  }

  /// The continued fraction of I_x(a, b), without the factor in front, by Lentz's method.
  ///
  /// Converges quickly for x < (a + 1) / (a + b + 2).
  public static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var fraction = d
    for index in 1...500 {
      let m = Double(index)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      fraction *= d * c
      if abs(d * c - 1) < 1e-15 { break }
    }
    return fraction
  }
}
