import Market
import Torch

/// What assets share beyond the market: loadings of their noise on a few common factors.
///
/// The noise of asset *i* is Σ loadings[i, k] F_k + own[i] · u, of variance 1. Sectors show up here
/// without being named.
struct ResidualFactors: Sendable, Equatable {
  let count: Int
  /// Asset × factor.
  var loadings: [Double]
  /// One an asset: √(1 − Σ loadings²).
  var own: [Double]

  init(count: Int, loadings: [Double], own: [Double]) {
    (self.count, self.loadings, self.own) = (count, loadings, own)
  }

  /// Independent noise.
  init(assets: Int) {
    self.init(count: 0, loadings: [], own: Array(repeating: 1, count: assets))
  }

  /// The principal components of a correlation matrix that stand out from noise, at most `most`.
  ///
  /// An eigenvalue stands out beyond (1 + √(assets / dates))², where those of independent noise end
  /// (Marchenko and Pastur, 1967); the mean of the others is taken off. `rows` is date × asset with
  /// NaN for missing; each correlation is over the dates that both assets have.
  init(_ rows: [Double], assets: Int, most: Int) throws {
    let dates = rows.count / max(1, assets)
    guard assets > 1, most > 0, dates > 2 else {
      self.init(assets: assets)
      return
    }
    let known = try Tensor(rows.map { $0.isNaN ? 0.0 : 1.0 }, shape: [dates, assets])
    let values = try Tensor(rows.map { $0.isNaN ? 0 : $0 }, shape: [dates, assets])
    let pairs = try known.transposed().matmul(known).doubles()
    let products = try values.transposed().matmul(values).doubles()
    let squares = try values.square().transposed().matmul(known).doubles()
    var matrix = [Double](repeating: 0, count: assets * assets)
    for i in 0..<assets {
      for j in 0..<assets {
        let spread = (squares[i * assets + j] * squares[j * assets + i]).squareRoot()
        matrix[i * assets + j] = i == j ? 1 : 0
        if i != j, pairs[i * assets + j] > 2, spread > 0 {
          matrix[i * assets + j] = products[i * assets + j] / spread
        }
      }
    }
    let (eigenvalues, eigenvectors) = try Tensor(matrix, shape: [assets, assets]).symmetricEigen()
    let (spectrum, vectors) = (try eigenvalues.doubles(), try eigenvectors.doubles())
    let root = 1 + (Double(assets) / Double(dates)).squareRoot()
    let found = min(most, spectrum.count { $0 > root * root })
    let rest = spectrum.dropLast(found)
    let noise = rest.isEmpty ? 0 : max(0, rest.reduce(0, +) / Double(rest.count))
    var loadings = [Double](repeating: 0, count: assets * found)
    var own = [Double](repeating: 1, count: assets)
    for asset in 0..<assets {
      var shared = 0.0
      for factor in 0..<found {
        let place = assets - 1 - factor
        let loading = vectors[asset * assets + place] * (spectrum[place] - noise).squareRoot()
        loadings[asset * found + factor] = loading
        shared += loading * loading
      }
      // A principal component may claim a little more than all of an asset.
      let excess = shared > 1 ? 1 / shared.squareRoot() : 1
      for factor in 0..<found { loadings[asset * found + factor] *= excess }
      own[asset] = max(0, 1 - shared).squareRoot()
    }
    self.init(count: found, loadings: loadings, own: own)
  }
}
