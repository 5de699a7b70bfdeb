import Market
import Torch

/// Huber's regression under every strength of a path at once.
///
/// Minimises Σ σH((y − Xw − b)/σ) + nσ + α‖w‖² over w, b and the scale σ, where H(z) is z² up to ε
/// and 2ε|z| − ε² beyond: Huber (1981), *Robust Statistics*, section 7.7, with the objective of
/// scikit-learn's `HuberRegressor`. The curvature of H is at most that of z², so the matrix of least
/// squares bounds the Hessian, and one decomposition of it serves every step of every strength
/// (Huber's "modified residuals"). σ has a closed form given the residuals.
struct LinearHuber {
  private let equations: NormalEquations
  private let rows: [LabelledSamples]
  private let epsilon: Double
  private let hasIntercept: Bool

  init(
    _ equations: NormalEquations, rows: [LabelledSamples], epsilon: Double, hasIntercept: Bool
  ) {
    (self.equations, self.rows) = (equations, rows)
    (self.epsilon, self.hasIntercept) = (epsilon, hasIntercept)
  }

  /// What one pass over the rows says about the current weights, one entry a strength.
  private struct Pass {
    /// Xᵀψ/n and Σψ/n, ψ being the residuals clipped at ±εσ.
    var pulls: [[Double]]
    var shifts: [Double]
    /// Σr² over the residuals within ±εσ, and how many lie beyond.
    var innerSquares: [Double]
    var outliers: [Double]
  }

  /// Goes on from fits by least squares until no step moves a prediction by more than `tolerance` of
  /// the labels' deviation.
  ///
  /// - Complexity: O(rows · columns · strengths) a pass over the rows, of which there are ten to a
  ///   hundred: the more, the larger the share of errors beyond ε scales.
  func fits(
    from start: [LinearFit], tolerance: Double = 1e-8, passes: Int = 300
  ) throws -> [LinearFit] {
    let deviation = equations.labelVariance.squareRoot()
    let diagonal = equations.diagonal
    let (width, n) = (equations.columns, Double(max(1, equations.rows)))
    guard width > 0, deviation > 0 else { return start }
    let (eigenvalues, vectors) = try Tensor(equations.gram, shape: [width, width]).symmetricEigen()
    let sizes = try eigenvalues.doubles()
    let basis = try vectors.doubles()
    let cutoff = 1e-10 * max(0, sizes.last ?? 0)
    var fits = start
    var scales = [Double](repeating: deviation, count: fits.count)
    for _ in 0..<passes {
      let pass = try look(at: fits, scales)
      var furthest = 0.0
      for index in fits.indices {
        let (fit, scale) = (fits[index], scales[index])
        let decay = fit.strength * scale / n
        let shift = hasIntercept ? pass.shifts[index] : 0
        let pull = (0..<width).map { column in
          diagonal[column] > 0
            ? pass.pulls[index][column] - equations.means[column] * pass.shifts[index]
              - decay * fit.weights[column] : 0
        }
        var step = [Double](repeating: 0, count: width)
        var moved = shift * shift
        for direction in 0..<width where sizes[direction] > cutoff {
          let along = (0..<width).reduce(0.0) { $0 + basis[$1 * width + direction] * pull[$1] }
          let length = along / (sizes[direction] + decay)
          moved += sizes[direction] * length * length
          for column in 0..<width { step[column] += length * basis[column * width + direction] }
        }
        let weights = zip(fit.weights, step).map { $0 + $1 }
        let shifted = zip(step, equations.means).reduce(0.0) { $0 + $1.0 * $1.1 }
        fits[index] = LinearFit(
          strength: fit.strength, weights: weights, intercept: fit.intercept + shift - shifted)
        // With more than n/ε² residuals beyond ±εσ, the objective falls as σ grows.
        let inner = n - pass.outliers[index] * epsilon * epsilon
        let squares = pass.innerSquares[index]
        let wanted = inner > 0 ? (squares / inner).squareRoot() : scale * 2
        scales[index] = max(wanted, 1e-6 * deviation)
        furthest = max(furthest, moved.squareRoot(), abs(scales[index] - scale))
      }
      if furthest <= tolerance * deviation { break }
    }
    return fits
  }

  private func look(at fits: [LinearFit], _ scales: [Double]) throws -> Pass {
    let (width, count) = (equations.columns, fits.count)
    let n = Double(max(1, equations.rows))
    let weights = try Tensor(fits.flatMap(\.weights), shape: [count, width]).transposed()
    let intercepts = try Tensor(fits.map(\.intercept), shape: [1, count])
    let limits = try Tensor(scales.map { $0 * epsilon }, shape: [1, count])
    let lowest = try -limits
    var pulls = try Tensor.zeros([count, width], dtype: .float64)
    var shifts = try Tensor.zeros([count], dtype: .float64)
    var squares = try Tensor.zeros([count], dtype: .float64)
    var outliers = try Tensor.zeros([count], dtype: .float64)
    for part in rows {
      try part.samples.forEachBlock { range, values in
        let x = try Tensor(values, shape: [range.count, width]).to(.float64)
        let y = try Tensor(part.labels[range].map(Double.init), shape: [range.count, 1])
        let residuals = try y - (x.matmul(weights) + intercepts)
        let clipped = try residuals.maximum(lowest).minimum(limits)
        let outside = try residuals.abs().greater(limits).to(.float64)
        pulls = try pulls + clipped.transposed().matmul(x)
        shifts = try shifts + clipped.sum(0)
        outliers = try outliers + outside.sum(0)
        squares = try squares + (residuals.square() * (1 - outside)).sum(0)
      }
    }
    let flat = try pulls.doubles()
    return Pass(
      pulls: (0..<count).map { row in flat[row * width..<(row + 1) * width].map { $0 / n } },
      shifts: try shifts.doubles().map { $0 / n },
      innerSquares: try squares.doubles(), outliers: try outliers.doubles())
  }
}
