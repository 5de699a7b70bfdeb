import Market
import Torch

/// Sums over rows that least squares needs, whatever the number of rows: in double precision.
///
/// Moments of disjoint rows add up.
struct LinearMoments {
  var rows: Int
  /// Σ xᵢ, one a column.
  var sums: [Double]
  /// Σ xᵢxⱼ, columns × columns, row-major.
  var products: [Double]
  /// Σ xᵢy.
  var labelProducts: [Double]
  var labelSum: Double
  var labelSquares: Double

  var columns: Int { sums.count }

  /// Reads the rows in blocks, so that no copy of all of them is ever made.
  ///
  /// - Complexity: O(rows · columns²) by matrix products; memory O(block · columns + columns²).
  init(of labelled: LabelledSamples, block: Int = 8192) throws {
    let (width, count) = (labelled.samples.columns.count, labelled.count)
    var products = try Tensor.zeros([width, width], dtype: .float64)
    var sums = try Tensor.zeros([width], dtype: .float64)
    var labelProducts = try Tensor.zeros([width], dtype: .float64)
    var (labelSum, labelSquares) = (0.0, 0.0)
    var buffer: [Float] = []
    for start in stride(from: 0, to: width > 0 ? count : 0, by: block) {
      let range = start..<min(start + block, count)
      buffer.removeAll(keepingCapacity: true)
      labelled.samples.gather(range, into: &buffer)
      let x = try Tensor(buffer, shape: [range.count, width]).to(.float64)
      let y = try Tensor(labelled.labels[range].map(Double.init), shape: [range.count])
      let transposed = try x.transposed()
      products = try products + transposed.matmul(x)
      labelProducts = try labelProducts + transposed.matmul(y)
      sums = try sums + x.sum(0)
    }
    for label in labelled.labels {
      labelSum += Double(label)
      labelSquares += Double(label) * Double(label)
    }
    self.rows = count
    self.sums = try sums.doubles()
    self.products = try products.doubles()
    self.labelProducts = try labelProducts.doubles()
    (self.labelSum, self.labelSquares) = (labelSum, labelSquares)
  }

  static func + (a: LinearMoments, b: LinearMoments) -> LinearMoments {
    func add(_ x: [Double], _ y: [Double]) -> [Double] { zip(x, y).map { $0 + $1 } }
    var sum = a
    sum.rows += b.rows
    sum.sums = add(a.sums, b.sums)
    sum.products = add(a.products, b.products)
    sum.labelProducts = add(a.labelProducts, b.labelProducts)
    sum.labelSum += b.labelSum
    sum.labelSquares += b.labelSquares
    return sum
  }

  /// Divided by the number of rows, about the means if there is an intercept, else about 0.
  func normalised(centred: Bool) -> NormalEquations {
    let n = Double(max(1, rows))
    let means = centred ? sums.map { $0 / n } : Array(repeating: 0, count: columns)
    let labelMean = centred ? labelSum / n : 0
    var gram = products
    for i in 0..<columns {
      for j in 0..<columns {
        gram[i * columns + j] = gram[i * columns + j] / n - means[i] * means[j]
      }
      // What is left of a column that never varies is rounding, which a small penalty would follow.
      let spread = gram[i * columns + i], size = products[i * columns + i] / n
      if spread <= 1e-12 * size {
        for j in 0..<columns { (gram[i * columns + j], gram[j * columns + i]) = (0, 0) }
      }
    }
    let constant = (0..<columns).map { gram[$0 * columns + $0] == 0 }
    return NormalEquations(
      rows: rows, means: means, labelMean: labelMean, gram: gram,
      target: (0..<columns).map {
        constant[$0] ? 0 : labelProducts[$0] / n - means[$0] * labelMean
      },
      labelVariance: max(0, labelSquares / n - labelMean * labelMean))
  }
}

/// Least squares reduced to its columns: minimise ½wᵀGw − cᵀw, with G and c per row.
struct NormalEquations {
  let rows: Int
  /// Means that were taken off; all 0 without an intercept.
  let means: [Double]
  let labelMean: Double
  /// G = XᵀX/n, columns × columns.
  let gram: [Double]
  /// c = Xᵀy/n.
  let target: [Double]
  /// yᵀy/n.
  let labelVariance: Double

  var columns: Int { target.count }
  var diagonal: [Double] { (0..<columns).map { gram[$0 * columns + $0] } }

  func fit(_ weights: [Double], strength: Double) -> LinearFit {
    LinearFit(
      strength: strength, weights: weights,
      intercept: labelMean - zip(weights, means).reduce(0) { $0 + $1.0 * $1.1 })
  }
}

/// A linear function and the strength of the penalty under which it was fitted.
struct LinearFit {
  let strength: Double
  let weights: [Double]
  let intercept: Double
}
