/// Cyclic coordinate descent on the Gram matrix for ½wᵀGw − cᵀw + λ₁‖w‖₁ + ½λ₂‖w‖².
///
/// Friedman, Hastie and Tibshirani (2010), *Regularization Paths for Generalized Linear Models via
/// Coordinate Descent*, section 2.2 ("covariance updates").
struct CoordinateDescent {
  private let equations: NormalEquations
  private(set) var weights: [Double]
  /// c − Gw.
  private var gradient: [Double]

  /// Starts at w = 0.
  init(_ equations: NormalEquations) {
    self.equations = equations
    weights = Array(repeating: 0, count: equations.columns)
    gradient = equations.target
  }

  /// Goes on from the current weights until the duality gap is at most `tolerance` · yᵀy/n.
  ///
  /// The gap bounds how far the objective is from its minimum, and half the mean squared distance
  /// of the predictions from the best ones.
  /// - Complexity: O(columns²) a sweep.
  mutating func minimise(
    l1: Double, l2: Double, tolerance: Double = 1e-11, sweeps: Int = 20_000
  ) {
    for sweep in 0..<sweeps {
      let (step, size) = self.sweep(l1: l1, l2: l2)
      // The gap costs about a sweep's tenth, but is only worth asking once steps are small.
      guard step <= 1e-4 * size || sweep % 100 == 99 else { continue }
      if step <= 1e-14 * size || gap(l1: l1, l2: l2) <= tolerance * equations.labelVariance {
        return
      }
    }
  }

  /// Minimises over each weight in turn; gives the largest step and the largest weight.
  private mutating func sweep(l1: Double, l2: Double) -> (step: Double, size: Double) {
    let width = equations.columns
    var (step, size) = (0.0, 0.0)
    equations.gram.withUnsafeBufferPointer { gram in
      gradient.withUnsafeMutableBufferPointer { gradient in
        weights.withUnsafeMutableBufferPointer { weights in
          for j in 0..<width {
            let curvature = gram[j * width + j]
            // A column that never varies has nothing to say, and its weight is 0.
            guard curvature > 0 else { continue }
            let old = weights[j]
            let pull = gradient[j] + curvature * old
            let kept = max(0, abs(pull) - l1)
            let new = (pull < 0 ? -kept : kept) / (curvature + l2)
            size = max(size, abs(new))
            guard new != old else { continue }
            weights[j] = new
            step = max(step, abs(new - old))
            for k in 0..<width { gradient[k] -= (new - old) * gram[j * width + k] }
          }
        }
      }
    }
    return (step, size)
  }

  /// Primal less dual objective at the residuals, scaled until they are feasible.
  ///
  /// Kim et al. (2007), *An Interior-Point Method for Large-Scale ℓ1-Regularized Least Squares*, with
  /// the quadratic penalty counted as rows of data.
  func gap(l1: Double, l2: Double) -> Double {
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    let absolutes = weights.reduce(0) { $0 + abs($1) }
    // With Gw = c − gradient: |y − Xw|²/n = yᵀy/n − wᵀc − wᵀgradient.
    var (fitted, left) = (0.0, 0.0)
    for j in weights.indices {
      fitted += weights[j] * equations.target[j]
      left += weights[j] * gradient[j]
    }
    let residual = max(0, equations.labelVariance - fitted - left)
    let correlation = zip(gradient, weights).reduce(0) { max($0, abs($1.0 - l2 * $1.1)) }
    let scale = correlation > l1 ? l1 / correlation : 1
    return 0.5 * (1 + scale * scale) * residual + l1 * absolutes
      - scale * (equations.labelVariance - fitted) + 0.5 * l2 * (1 + scale * scale) * squares
  }
}
