/// Pearson's correlation of two series over the last `window` positions: Qlib's `Corr`.
///
/// Only positions where both are known count. NaN for fewer than two of those, and where either
/// series, by all its own known values in the window, is flat (see `isFlat`).
/// - Precondition: the series are of one length.
func rollingCorrelation(_ x: [Double], _ y: [Double], window length: Int) -> [Double] {
  precondition(x.count == y.count)
  var result = [Double](repeating: .nan, count: x.count)
  var window = SlidingWindow<Comoments>(length: length)
  let hasOwnGaps = !zip(x, y).allSatisfy { ($0 == $0) == ($1 == $1) }
  for position in x.indices {
    window.push(SIMD2(x[position], y[position]))
    let sums = window.summary
    guard sums.count > 1 else { continue }
    let (squares, products) = sums.deviations
    // Where a series has gaps of its own, its pairs do not tell its deviation: see below.
    let isFlat =
      !hasOwnGaps
      && (isFlat(squares: squares.x, count: sums.count)
        || isFlat(squares: squares.y, count: sums.count))
    if !isFlat, squares.x > 0, squares.y > 0 {
      result[position] = products / (squares.x * squares.y).squareRoot()
    }
  }
  if hasOwnGaps {
    for series in [x, y] {
      var window = SlidingWindow<Moments>(length: length)
      for position in series.indices {
        window.push(series[position])
        if isFlat(squares: window.summary.squares, count: window.summary.count) {
          result[position] = .nan
        }
      }
    }
  }
  return result
}
