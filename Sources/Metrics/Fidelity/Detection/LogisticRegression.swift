import Foundation

/// Logistic regression with a ridge penalty, fitted by iteratively reweighted least squares.
struct LogisticRegression: Sendable {
  /// The intercept, then one for each feature.
  let coefficients: [Double]

  /// Minimises −log likelihood + `ridge`/2 · Σ(coefficients but the intercept)².
  ///
  /// The ridge must be more than 0, so that separable classes have a finite solution. `nil` where
  /// the equations cannot be solved, as with infinite features.
  /// - Complexity: O(rows · features²) a step, at most 50 steps.
  init?(_ features: [[Double]], _ isPositive: [Bool], ridge: Double) {
    let width = (features.first?.count ?? 0) + 1
    var beta = [Double](repeating: 0, count: width)
    for _ in 0..<50 {
      var gradient = [Double](repeating: 0, count: width)
      var hessian = [Double](repeating: 0, count: width * width)
      hessian.withUnsafeMutableBufferPointer { hessian in
        for (row, positive) in zip(features, isPositive) {
          let x = [1] + row
          let p = Self.sigmoid(zip(beta, x).reduce(0) { $0 + $1.0 * $1.1 })
          let (error, weight) = ((positive ? 1 : 0) - p, p * (1 - p))
          for i in 0..<width {
            gradient[i] += error * x[i]
            let scaled = weight * x[i]
            for j in 0...i { hessian[i * width + j] += scaled * x[j] }
          }
        }
      }
      for i in 1..<width {
        gradient[i] -= ridge * beta[i]
        hessian[i * width + i] += ridge
      }
      hessian[0] += 1e-12
      guard let step = choleskySolve(hessian, gradient) else { return nil }
      // Newton's full step can overshoot where classes are far apart; a bounded one cannot run off.
      let length = step.map(abs).max() ?? 0
      let factor = length > 5 ? 5 / length : 1
      for i in 0..<width { beta[i] += factor * step[i] }
      if length < 1e-10 { break }
    }
    coefficients = beta
  }

  /// The probability of the positive class.
  func probability(_ features: [Double]) -> Double {
    Self.sigmoid(
      coefficients[0] + zip(coefficients.dropFirst(), features).reduce(0) { $0 + $1.0 * $1.1 })
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

/// The solution of a symmetric positive definite system; `nil` where it is none.
///
/// The matrix is given row by row; only its lower triangle is read.
private func choleskySolve(_ matrix: [Double], _ right: [Double]) -> [Double]? {
  let n = right.count
  var (l, x) = (matrix, right)
  for i in 0..<n {
    for j in 0...i {
      var sum = l[i * n + j]
      for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
      if i == j {
        guard sum > 0, sum.isFinite else { return nil }
        l[i * n + i] = sum.squareRoot()
      } else {
        l[i * n + j] = sum / l[j * n + j]
      }
    }
    for k in 0..<i { x[i] -= l[i * n + k] * x[k] }
    x[i] /= l[i * n + i]
  }
  for i in (0..<n).reversed() {
    for k in i + 1..<n { x[i] -= l[k * n + i] * x[k] }
    x[i] /= l[i * n + i]
  }
  return x
}
