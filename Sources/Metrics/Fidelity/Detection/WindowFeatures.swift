import Foundation

/// Summary statistics of windows that share no day, for a classifier.
struct WindowFeatures: Sendable {
  static let names = [
    "mean", "log_sigma", "skewness", "kurtosis", "minimum", "maximum", "acf_1", "acf_abs_1",
    "leverage_1", "log_sigma_change", "log_range",
  ]
  /// At most so many successive windows are a stretch, which is tested as a whole; a market of fewer
  /// than ten such stretches is cut into ten, or into single windows.
  static let windowsPerStretch = 12

  /// Windows × features.
  let values: [[Double]]
  /// The stretch that each window lies in; all assets of the same dates share it.
  let stretches: [Int]

  /// Of windows of `length` dates, at most `limit`, evenly spread over paths, dates and assets.
  ///
  /// Windows with a missing return, or without variation, are left out.
  init(_ market: ReturnPaths, assets: [Int], length: Int, limit: Int) {
    let blocks = market.dates / length
    let total = market.paths * blocks * assets.count
    let perStretch = max(1, min(Self.windowsPerStretch, blocks / 10))
    let stretchesPerPath = blocks / perStretch + 1
    var (values, stretches) = ([[Double]](), [Int]())
    for place in evenlySpread(min(limit, total), of: total) {
      let asset = assets[place % assets.count]
      let block = place / assets.count % blocks
      let path = place / assets.count / blocks
      let series = market.series(path: path, asset: asset)
      let start = series.startIndex + block * length
      guard let features = Self.features(series[start..<start + length]) else { continue }
      values.append(features)
      stretches.append(path * stretchesPerPath + block / perStretch)
    }
    (self.values, self.stretches) = (values, stretches)
  }

  /// `nil` where a return is missing or all are equal.
  static func features(_ window: ArraySlice<Float>) -> [Double]? {
    let r = window.map(Double.init)
    let n = Double(r.count)
    let mean = r.reduce(0, +) / n
    let d = r.map { $0 - mean }
    let sigma = (d.reduce(0) { $0 + $1 * $1 } / n).squareRoot()
    // One window of zero returns would have a logarithm of −∞; NaN fails the comparison as well.
    guard sigma > 1e-9 else { return nil }
    let absolute = r.map(abs)
    let meanAbsolute = absolute.reduce(0, +) / n
    let a = absolute.map { $0 - meanAbsolute }
    func lagged(_ x: [Double], _ y: [Double]) -> Double {
      let scale = (x.reduce(0) { $0 + $1 * $1 } * y.reduce(0) { $0 + $1 * $1 }).squareRoot()
      return scale > 0 ? zip(x, y.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / scale : 0
    }
    let half = r.count / 2
    let early = (d[..<half].reduce(0) { $0 + $1 * $1 } / Double(half)).squareRoot()
    let late = (d[half...].reduce(0) { $0 + $1 * $1 } / Double(r.count - half)).squareRoot()
    var (level, low, high) = (0.0, 0.0, 0.0)
    for value in r {
      level += value
      (low, high) = (min(low, level), max(high, level))
    }
    return [
      mean / sigma, log(sigma), d.reduce(0) { $0 + $1 * $1 * $1 } / (n * sigma * sigma * sigma),
      d.reduce(0) { $0 + $1 * $1 * $1 * $1 } / (n * sigma * sigma * sigma * sigma),
      (r.min() ?? 0) / sigma, (r.max() ?? 0) / sigma, lagged(d, d), lagged(a, a), lagged(d, a),
      log(max(late, 1e-9)) - log(max(early, 1e-9)), log((high - low) / sigma),
    ]
  }
}
