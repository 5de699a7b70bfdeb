import Foundation

/// Range of independent standard normals: the studentised range with infinite degrees of freedom.
struct StudentizedRange: Sendable, Equatable {
  /// How many normals, at least 2.
  let count: Int

  /// P(range > value) = 1 − k ∫ φ(z) (Φ(z) − Φ(z − value))^(k−1) dz.
  ///
  /// By the trapezoidal rule between ±9, beyond which φ is less than 1e−18; about 13 digits of 1.
  func probability(above value: Double) -> Double {
    guard value > 0 else { return value.isNaN ? .nan : 1 }
    let width = 0.03
    var sum = 0.0
    for step in -300...300 {
      // z is the greatest of the normals; the others lie below it, by no more than the value.
      let z = Double(step) * width
      let within =
        NormalDistribution.probability(below: z) - NormalDistribution.probability(below: z - value)
      sum += NormalDistribution.density(z) * pow(within, Double(count - 1))
    }
    return min(1, max(0, 1 - Double(count) * sum * width))
  }

  /// The value exceeded with this probability, strictly within (0, 1).
  func criticalValue(exceededBy probability: Double) -> Double {
    guard probability > 0, probability < 1 else { return .nan }
    return risingRoot { probability - self.probability(above: $0) }
  }
}
