import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
  /// Φ: the probability of a value below; NaN for NaN.
  public static func probability(below value: Double) -> Double {
    0.5 * erfc(-value / 2.0.squareRoot())
  }

  public static func probability(above value: Double) -> Double { probability(below: -value) }

  public static func density(_ value: Double) -> Double {
    exp(-0.5 * value * value) / (2 * Double.pi).squareRoot()
  }

  /// Φ⁻¹: the value that lies above another with this probability; about 15 digits.
  ///
  /// −∞ at 0 and ∞ at 1, NaN outside. Abramowitz and Stegun's 26.2.23, refined by Halley's method
  /// on the logarithm of the tail, which is nearly a parabola however far out.
  public static func quantile(_ probability: Double) -> Double {
    guard probability >= 0, probability <= 1 else { return .nan }
    guard probability <= 0.5 else { return -quantile(1 - probability) }
    guard probability > 0 else { return -.infinity }
    let t = (-2 * log(probability)).squareRoot()
    let above = 2.515517 + t * (0.802853 + t * 0.010328)
    var z = t - above / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    for _ in 0..<4 {
      let tail = self.probability(above: z)
      let hazard = density(z) / tail
      let miss = log(tail / probability)
      // f = ln tail − ln p has f′ = −hazard and f″ = −hazard · (hazard − z).
      z += miss / (hazard * (1 + miss * (hazard - z) / (2 * hazard)))
    }
    return -z
  }
}
