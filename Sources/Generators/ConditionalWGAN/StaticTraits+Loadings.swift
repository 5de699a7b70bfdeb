import Torch

extension StaticTraits {
  /// Loadings on the factors that stand out of the noise of a correlation matrix.
  ///
  /// `residuals` are dates × assets, standardised, 0 where unknown, and `known` how many are not. An
  /// eigenvalue is taken for a factor above Marchenko and Pastur's edge (1 + √γ)², γ = assets / dates,
  /// and freed of what noise adds to it: ℓ with λ = ℓ + γℓ/(ℓ − 1) (Baik and Silverstein, 2006). How much of
  /// it is the assets' own variance is found by iteration, as in principal axis factoring.
  static func loadings(
    residuals: [Float], dates: Int, known: [Int], most: Int
  ) throws -> [[Double]] {
    let assets = known.count
    guard assets > 1, most > 0, dates > 1 else { return known.map { _ in [] } }
    let scales = known.map { 1 / Float(max(1, $0)).squareRoot() }
    let scaled = try Tensor(
      residuals.indices.map { residuals[$0] * scales[$0 % assets] }, shape: [dates, assets]
    ).to(.float64)
    let (values, vectors) = try scaled.transposed().matmul(scaled).symmetricEigen()
    let (spectrum, columns) = (try values.doubles(), try vectors.contiguous().doubles())
    let ratio = Double(assets) / Double(dates)
    let edge = (1 + ratio.squareRoot()) * (1 + ratio.squareRoot())
    var (factors, freed) = ([[Double]](), [Double]())
    for place in (0..<assets).reversed().prefix(most) where spectrum[place] > edge {
      let middle = spectrum[place] + 1 - ratio
      freed.append((middle + max(0, middle * middle - 4 * spectrum[place]).squareRoot()) / 2)
      let column = (0..<assets).map { columns[$0 * assets + place] }
      // An eigenvector's sign is arbitrary.
      let sign = column.reduce(0, +) < 0 ? -1.0 : 1
      factors.append(column.map { sign * $0 })
    }
    var loadings = [[Double]](repeating: [], count: assets)
    var single = [Double](repeating: 1, count: assets)
    for _ in 0..<10 {
      // Of an eigenvalue, what is not the assets' own variance.
      let strengths = zip(factors, freed).map { column, value in
        max(0, value - zip(column, single).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }).squareRoot()
      }
      for asset in 0..<assets {
        loadings[asset] = zip(factors, strengths).map { $0[asset] * $1 }
        single[asset] = max(0.1, 1 - loadings[asset].reduce(0) { $0 + $1 * $1 })
      }
    }
    return loadings.map { row in
      // Something of an asset's own is always left.
      let shared = row.reduce(0) { $0 + $1 * $1 }
      return shared > 0.9 ? row.map { $0 * (0.9 / shared).squareRoot() } : row
    }
  }
}
