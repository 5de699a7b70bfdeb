/// How the assets of a market move together.
struct CrossSection: Sendable {
  /// Positions of the assets in the market.
  let assets: [Int]
  /// Correlations of daily log returns, mean over the paths, row by row; NaN where undefined on all.
  let correlations: [Double]
  /// Correlations of all pairs of different assets on all paths.
  let pairs: SortedSample
  /// Eigenvalues of each path's matrix by rank, largest first, mean over the paths; their sum is 1.
  let spectrum: [Double]?

  /// `nil` for fewer than two assets.
  ///
  /// A pair is correlated over the dates that both have, and undefined with fewer than
  /// `minimumDates`. For the spectrum an undefined correlation is 0.
  /// - Complexity: O(paths · assets² · (dates + assets)).
  init?(_ market: ReturnPaths, assets: [Int], paths: [Int]) {
    let n = assets.count
    guard n > 1 else { return nil }
    var mean = MeanCurve(lags: n * n)
    var values: [Float] = []
    var spectra = MeanCurve(lags: n)
    var hasSpectrum = true
    for path in paths {
      var matrix = correlationMatrix(assets.map { market.series(path: path, asset: $0) })
      mean.add(matrix)
      for row in 0..<n {
        for column in 0..<row where !matrix[row * n + column].isNaN {
          values.append(Float(matrix[row * n + column]))
        }
      }
      for index in matrix.indices where matrix[index].isNaN { matrix[index] = 0 }
      if let eigenvalues = symmetricEigenvalues(matrix, order: n) {
        spectra.add(eigenvalues.map { $0 / Double(n) })
      } else {
        hasSpectrum = false
      }
    }
    self.assets = assets
    correlations = mean.values
    pairs = SortedSample(values)
    spectrum = hasSpectrum ? spectra.values : nil
  }

  static let minimumDates = 20
}

/// Pearson's correlations of several series, pair by pair over the dates that both have.
///
/// Row by row; 1 on the diagonal; NaN where fewer than `CrossSection.minimumDates` are shared or one
/// side is constant.
func correlationMatrix(_ series: [ArraySlice<Float>]) -> [Double] {
  let (n, dates) = (series.count, series.first?.count ?? 0)
  var matrix = [Double](repeating: 1, count: n * n)
  var deviations = [Double](repeating: 0, count: n * dates)
  var present = [Double](repeating: 1, count: n * dates)
  var isComplete = [Bool](repeating: true, count: n)
  for (asset, values) in series.enumerated() {
    var (sum, count) = (0.0, 0.0)
    for value in values where !value.isNaN {
      sum += Double(value)
      count += 1
    }
    let mean = count > 0 ? sum / count : 0
    for (date, value) in values.enumerated() {
      if value.isNaN {
        present[asset * dates + date] = 0
        isComplete[asset] = false
      } else {
        deviations[asset * dates + date] = Double(value) - mean
      }
    }
  }
  let squares = isComplete.contains(false) ? deviations.map { $0 * $0 } : []
  deviations.withUnsafeBufferPointer { d in
    present.withUnsafeBufferPointer { m in
      squares.withUnsafeBufferPointer { s in
        let own = (0..<n).map { dot(d, $0 * dates, d, $0 * dates, dates) }
        for i in 0..<n {
          for j in 0..<i {
            let (a, b) = (i * dates, j * dates)
            var (shared, xx, yy) = (Double(dates), own[i], own[j])
            var xy = dot(d, a, d, b, dates)
            if !(isComplete[i] && isComplete[j]) {
              shared = dot(m, a, m, b, dates)
              let (sx, sy) = (dot(d, a, m, b, dates), dot(m, a, d, b, dates))
              xx = dot(s, a, m, b, dates) - sx * sx / max(1, shared)
              yy = dot(m, a, s, b, dates) - sy * sy / max(1, shared)
              xy -= sx * sy / max(1, shared)
            }
            let isDefined = shared >= Double(CrossSection.minimumDates) && xx > 0 && yy > 0
            let value = isDefined ? min(max(xy / (xx * yy).squareRoot(), -1), 1) : .nan
            matrix[i * n + j] = value
            matrix[j * n + i] = value
          }
        }
      }
    }
  }
  return matrix
}
