import Foundation
import Market

extension SeedStream {
  /// Student-t deviate scaled to unit variance, limited to ±8 so that returns stay bounded.
  ///
  /// Symmetric, so the limit leaves the mean at zero. Bailey's polar method: "Polar generation of
  /// random variates with the t-distribution", Mathematics of Computation 62 (1994).
  /// - Precondition: `degreesOfFreedom > 2`, below which there is no variance.
  mutating func studentT(_ degreesOfFreedom: Double) -> Double {
    let radius = 1 - uniform()
    let angle = 2 * Double.pi * uniform()
    let spread = degreesOfFreedom * (pow(radius, -2 / degreesOfFreedom) - 1)
    let deviate = spread.squareRoot() * cos(angle)
    let unit = ((degreesOfFreedom - 2) / degreesOfFreedom).squareRoot()
    return min(8, max(-8, deviate * unit))
  }
}
