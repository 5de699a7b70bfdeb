/// The mean of several curves, lag by lag, over those that are defined there.
struct MeanCurve: Sendable {
  private var sums: [Double]
  private var counts: [Double]

  init(lags: Int) {
    sums = [Double](repeating: 0, count: lags)
    counts = sums
  }

  mutating func add(_ curve: [Double]) {
    for (lag, value) in curve.enumerated() where !value.isNaN {
      sums[lag] += value
      counts[lag] += 1
    }
  }

  /// NaN where no curve is defined.
  var values: [Double] { zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan } }
}

/// √Σ(difference²) over the first lags of two curves; `nil` where a curve is undefined at a lag.
func curveDistance(_ one: [Double], _ other: [Double]) -> Double? {
  var squares = 0.0
  for (a, b) in zip(one, other) { squares += (a - b) * (a - b) }
  return squares.isNaN ? nil : squares.squareRoot()
}
