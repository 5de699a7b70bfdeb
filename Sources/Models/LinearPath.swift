import Foundation
import Market
import Torch

/// The strengths of a penalty, strongest first, and the fits under them.
///
/// The automatic path is geometric. Ridge starts at 10 times *n* times the mean variance of the
/// columns that vary, where little is left of any weight; lasso and elastic net at the least
/// strength that leaves no weight at all. Huber's path is ridge's, divided by the labels' deviation,
/// about which its scale will be. OLS has the single strength 0.
struct LinearPath {
  let equations: NormalEquations
  let strengths: [Double]
  let penalty: Linear.Penalty
  /// ρ: 1 for the lasso.
  let l1Ratio: Double
  let hasIntercept: Bool
  private let huberEpsilon: Double

  init(_ moments: LinearMoments, _ hyperparameters: Linear.Hyperparameters) {
    hasIntercept = hyperparameters.intercept
    huberEpsilon = hyperparameters.huberEpsilon
    equations = moments.normalised(centred: hasIntercept)
    penalty = hyperparameters.penalty
    l1Ratio = penalty == .lasso ? 1 : hyperparameters.l1Ratio
    let strongest: Double
    switch penalty {
    case .ols:
      strengths = [0]
      return
    case .ridge, .huber:
      let varying = equations.diagonal.filter { $0 > 0 }
      let mean = varying.reduce(0, +) / Double(max(1, varying.count))
      let deviation = equations.labelVariance.squareRoot()
      let unit = penalty == .huber && deviation > 0 ? deviation : 1
      strongest = 10 * Double(equations.rows) * mean / unit
    case .lasso, .elasticNet:
      strongest = (equations.target.map(abs).max() ?? 0) / l1Ratio
    }
    if !hyperparameters.strengths.isEmpty {
      strengths = hyperparameters.strengths.sorted(by: >)
    } else if strongest > 0, hyperparameters.pathLength > 1 {
      let steps = Double(hyperparameters.pathLength - 1)
      let ratio = hyperparameters.pathRatio
      strengths = (0..<hyperparameters.pathLength).map {
        strongest * pow(ratio, Double($0) / steps)
      }
    } else {
      // A single strength is the middle of the path; with nothing to learn from, any one will do.
      strengths = [strongest > 0 ? strongest * hyperparameters.pathRatio.squareRoot() : 1]
    }
  }

  /// One fit a strength, in their order, to the rows whose moments the path was made from.
  func fits(to rows: [LabelledSamples]) throws -> [LinearFit] {
    try fits(to: equations, of: rows, under: strengths)
  }

  /// The same function under the same strength a row, fitted to other rows.
  func refit(
    _ fit: LinearFit, to moments: LinearMoments, of rows: [LabelledSamples]
  ) throws -> LinearFit {
    let other = moments.normalised(centred: hasIntercept)
    // Ridge's and Huber's α weighs against a sum over rows, the others' against a mean.
    let scale =
      [.ridge, .huber].contains(penalty)
      ? Double(other.rows) / Double(max(1, equations.rows)) : 1
    return try fits(to: other, of: rows, under: [fit.strength * scale])[0]
  }

  private func fits(
    to equations: NormalEquations, of rows: [LabelledSamples], under strengths: [Double]
  ) throws -> [LinearFit] {
    switch penalty {
    case .ols, .ridge: return try ridge(equations, strengths)
    case .lasso, .elasticNet: return descend(equations, strengths)
    case .huber:
      let deviation = equations.labelVariance.squareRoot()
      let start = zip(strengths, try ridge(equations, strengths.map { $0 * deviation })).map {
        LinearFit(strength: $0, weights: $1.weights, intercept: $1.intercept)
      }
      return try LinearHuber(
        equations, rows: rows, epsilon: huberEpsilon, hasIntercept: hasIntercept
      ).fits(from: start)
    }
  }

  /// Closed form for the whole path from one decomposition: w = V (Λ + α/n)⁻¹ Vᵀc.
  ///
  /// Directions whose eigenvalue is below 1e-10 of the largest hold no information that double
  /// precision could tell from rounding and get weight 0: so collinear columns share their weight,
  /// and OLS gives the solution of least norm.
  private func ridge(
    _ equations: NormalEquations, _ strengths: [Double]
  ) throws -> [LinearFit] {
    let (width, rows) = (equations.columns, Double(max(1, equations.rows)))
    guard width > 0 else { return strengths.map { equations.fit([], strength: $0) } }
    let gram = try Tensor(equations.gram, shape: [width, width])
    let (eigenvalues, vectors) = try gram.symmetricEigen()
    let values = try eigenvalues.doubles()
    let target = try Tensor(equations.target, shape: [width])
    let rotated = try vectors.transposed().matmul(target).doubles()
    let cutoff = 1e-10 * max(0, values.last ?? 0)
    return try strengths.map { strength in
      let scaled = zip(values, rotated).map { value, target in
        value > cutoff ? target / (value + strength / rows) : 0
      }
      let weights = try vectors.matmul(Tensor(scaled, shape: [width])).doubles()
      return equations.fit(weights, strength: strength)
    }
  }

  /// Coordinate descent down the path, each fit starting from the last.
  private func descend(_ equations: NormalEquations, _ strengths: [Double]) -> [LinearFit] {
    var descent = CoordinateDescent(equations)
    return strengths.map { strength in
      descent.minimise(l1: strength * l1Ratio, l2: strength * (1 - l1Ratio))
      return equations.fit(descent.weights, strength: strength)
    }
  }
}
