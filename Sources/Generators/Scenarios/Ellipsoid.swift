/// A cloud of points by its mean and covariance, for Mahalanobis distances from it.
struct Ellipsoid {
  private let mean: [Double]
  /// Lower triangle of the covariance's Cholesky factor.
  private let factor: [[Double]]

  /// The covariance is shrunk towards its diagonal by `shrinkage`, 0 to 1.
  ///
  /// - Precondition: at least one point, all of one length.
  init(_ points: [[Double]], shrinkage: Double) {
    let size = points[0].count
    let mean = (0..<size).map { axis in
      points.reduce(0) { $0 + $1[axis] } / Double(points.count)
    }
    var covariance = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    for point in points {
      for a in 0..<size {
        for b in 0..<size {
          let product = (point[a] - mean[a]) * (point[b] - mean[b])
          covariance[a][b] += product / Double(max(1, points.count - 1))
        }
      }
    }
    for a in 0..<size {
      for b in 0..<size where a != b { covariance[a][b] *= 1 - shrinkage }
    }
    self.mean = mean
    factor = Self.cholesky(covariance)
  }

  /// ‖L⁻¹(x − μ)‖, by forward substitution; of a point with fewer axes, or with more, in the first ones that both
  /// have.
  func distance(_ point: [Double]) -> Double {
    var (solved, square) = ([Double](), 0.0)
    for row in 0..<min(point.count, mean.count) {
      var value = point[row] - mean[row]
      for column in 0..<row { value -= factor[row][column] * solved[column] }
      value /= factor[row][row]
      solved.append(value)
      square += value * value
    }
    return square.squareRoot()
  }

  /// Where the points do not vary they have no unit to measure in: an endless pivot leaves the direction out.
  private static func cholesky(_ matrix: [[Double]]) -> [[Double]] {
    let size = matrix.count
    var factor = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row][column]
        for k in 0..<column { sum -= factor[row][k] * factor[column][k] }
        factor[row][column] =
          row == column
          ? (sum > 1e-10 ? sum.squareRoot() : .infinity) : sum / factor[column][column]
      }
    }
    return factor
  }
}
