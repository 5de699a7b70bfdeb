/// One series' correlations with its own past, by lag.
///
/// Entry *k* − 1 belongs to lag *k*; NaN where undefined.
struct LagCorrelations: Sendable {
  let raw: [Double]
  let absolute: [Double]
  let squared: [Double]
  /// corr(*r*²(*t* + *k*), *r*(*t*)).
  let leverage: [Double]

  /// `nil` where fewer than two returns are there or all are equal.
  ///
  /// - Complexity: O(dates · lags); with gaps in the series five times that.
  init?(_ returns: ArraySlice<Float>, lags: Int) {
    guard let first = returns.firstIndex(where: { !$0.isNaN }),
      let last = returns.lastIndex(where: { !$0.isNaN })
    else { return nil }
    let series = returns[first...last]
    let isPresent = series.map { $0.isNaN ? 0.0 : 1.0 }
    func deviations(_ transform: (Double) -> Double) -> [Double]? {
      var origin = 0.0
      for value in series where !value.isNaN {
        origin = transform(Double(value))
        break
      }
      var (sum, count) = (0.0, 0.0)
      for value in series where !value.isNaN {
        sum += transform(Double(value)) - origin
        count += 1
      }
      let mean = origin + sum / count
      let result = series.map { $0.isNaN ? 0 : transform(Double($0)) - mean }
      return result.contains { $0 != 0 } ? result : nil
    }
    // With equal absolute values only the raw series varies; that is too odd to be a market.
    guard let r = deviations({ $0 }), let a = deviations(abs), let s = deviations({ $0 * $0 })
    else { return nil }
    let gaps = isPresent.contains(0) ? isPresent : nil
    raw = autocorrelation(r, present: gaps, lags: lags)
    absolute = autocorrelation(a, present: gaps, lags: lags)
    squared = autocorrelation(s, present: gaps, lags: lags)
    leverage = laggedCorrelation(leading: r, following: s, present: gaps, lags: lags)
  }
}

/// Sample autocorrelation at lags 1 to `lags`: Σ *d*(*t*) *d*(*t* + *k*) / Σ *d*², as statsmodels.
///
/// With gaps (`present` 0), both sums are scaled by how many terms they lack (Parzen 1963).
/// Deviations are those from the mean; 0 where missing.
func autocorrelation(_ deviations: [Double], present: [Double]?, lags: Int) -> [Double] {
  let n = deviations.count
  let count = present.map { $0.reduce(0, +) } ?? Double(n)
  return deviations.withUnsafeBufferPointer { d in
    let variance = dot(d, 0, d, 0, n)
    return (1...lags).map { lag in
      guard lag < n, variance > 0 else { return .nan }
      let covariance = dot(d, 0, d, lag, n - lag)
      guard let present else { return covariance / variance }
      let pairs = present.withUnsafeBufferPointer { dot($0, 0, $0, lag, n - lag) }
      guard pairs > 0 else { return .nan }
      return covariance / variance * (Double(n - lag) / Double(n)) * (count / pairs)
    }
  }
}

/// Pearson's correlation of `leading` at *t* with `following` at *t* + *k*, for lags 1 to `lags`.
///
/// Over the pairs of which both are present; NaN for fewer than three. Both series are deviations
/// from any constant near the mean; 0 where missing.
func laggedCorrelation(
  leading: [Double], following: [Double], present: [Double]?, lags: Int
) -> [Double] {
  let n = leading.count
  return leading.withUnsafeBufferPointer { x in
    following.withUnsafeBufferPointer { y in
      func correlation(
        _ pairs: Double, _ xy: Double, _ sx: Double, _ sy: Double, _ xx: Double, _ yy: Double
      ) -> Double {
        guard pairs >= 3 else { return .nan }
        let spread = (xx - sx * sx / pairs) * (yy - sy * sy / pairs)
        return spread > 0 ? (xy - sx * sy / pairs) / spread.squareRoot() : .nan
      }
      if let present {
        let (squaresX, squaresY) = (leading.map { $0 * $0 }, following.map { $0 * $0 })
        return present.withUnsafeBufferPointer { m in
          squaresX.withUnsafeBufferPointer { xx in
            squaresY.withUnsafeBufferPointer { yy in
              (1...lags).map { lag in
                guard lag < n else { return .nan }
                let terms = n - lag
                return correlation(
                  dot(m, 0, m, lag, terms), dot(x, 0, y, lag, terms), dot(x, 0, m, lag, terms),
                  dot(m, 0, y, lag, terms), dot(xx, 0, m, lag, terms), dot(m, 0, yy, lag, terms))
              }
            }
          }
        }
      }
      // Without gaps, the sums over pairs are those over all dates less a few at one end.
      var (sx, sy) = (x.reduce(0, +), y.reduce(0, +))
      var (xx, yy) = (dot(x, 0, x, 0, n), dot(y, 0, y, 0, n))
      return (1...lags).map { lag in
        guard lag < n else { return .nan }
        (sx, sy) = (sx - x[n - lag], sy - y[lag - 1])
        (xx, yy) = (xx - x[n - lag] * x[n - lag], yy - y[lag - 1] * y[lag - 1])
        return correlation(Double(n - lag), dot(x, 0, y, lag, n - lag), sx, sy, xx, yy)
      }
    }
  }
}

/// Σ *x*(`i` + *t*) *y*(`j` + *t*) over `count` terms, in four sums that a compiler can keep side by side.
@inline(__always)
func dot(
  _ x: UnsafeBufferPointer<Double>, _ i: Int, _ y: UnsafeBufferPointer<Double>, _ j: Int,
  _ count: Int
) -> Double {
  guard count > 0, let baseX = x.baseAddress, let baseY = y.baseAddress else { return 0 }
  let (x, y) = (baseX + i, baseY + j)
  var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
  let whole = count & ~3
  var t = 0
  while t < whole {
    s0 += x[t] * y[t]
    s1 += x[t + 1] * y[t + 1]
    s2 += x[t + 2] * y[t + 2]
    s3 += x[t + 3] * y[t + 3]
    t += 4
  }
  while t < count {
    s0 += x[t] * y[t]
    t += 1
  }
  return (s0 + s1) + (s2 + s3)
}
