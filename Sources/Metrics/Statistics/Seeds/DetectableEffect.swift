import Foundation

/// How large a true effect must be for a one-sided t test to find it with a stated probability.
///
/// With few seeds the standard error itself is known badly. The effect is therefore the one that the
/// test finds so often over all errors it may happen to see (the noncentral t distribution), and it
/// is stated in *seen* standard errors so that at least half of all runs state no less of it.
public struct DetectableEffect: Sendable {
  public let degreesOfFreedom: Double

  public init(degreesOfFreedom: Double) { self.degreesOfFreedom = degreesOfFreedom }

  /// The effect in seen standard errors.
  ///
  /// With many degrees of freedom the usual z₁₋α + z_power.
  /// - Precondition: `power` and `level` within (0, 1).
  public func standardErrors(power: Double, level: Double) -> Double {
    let critical = StudentTDistribution(degrees: degreesOfFreedom).quantile(1 - level)
    let ratios = seenErrors
    func found(_ effect: Double) -> Double {
      ratios.reduce(0) { $0 + NormalDistribution.probability(below: effect - critical * $1) }
        / Double(ratios.count)
    }
    var (low, high) = (0.0, 1.0)
    while found(high) < power, high < 1e6 { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if found(middle) < power { low = middle } else { high = middle }
    }
    return high / ratios[ratios.count / 2]
  }

  /// Seen over true standard error, √(χ²/ν), at evenly spread probabilities, increasing.
  private var seenErrors: [Double] {
    let freedom = degreesOfFreedom
    // A grid in the ratio, weighed by the density of √(χ²/ν): x^(ν − 1) · exp(−ν x² / 2).
    let spread = 12 / (2 * freedom).squareRoot()
    let grid = (0..<8000).map { (Double($0) + 0.5) / 8000 * (1 + spread) }
    let logs = grid.map { (freedom - 1) * log($0) - freedom * $0 * $0 / 2 }
    let top = logs.max() ?? 0
    let weights = logs.map { exp($0 - top) }
    let whole = weights.reduce(0, +)
    let points = 401
    var (result, passed, place) = ([Double](), 0.0, 0)
    for point in 0..<points {
      let target = (Double(point) + 0.5) / Double(points) * whole
      while place < grid.count - 1, passed + weights[place] < target {
        passed += weights[place]
        place += 1
      }
      result.append(grid[place])
    }
    return result
  }
}
