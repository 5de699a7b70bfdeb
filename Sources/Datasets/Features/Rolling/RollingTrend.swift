/// The least-squares line through the last `window` values at every position, dates as abscissa.
///
/// Qlib's `Slope`, `Rsquare` and `Resi`. Missing values count for nothing; a line needs two values.
struct RollingTrend {
  /// The line's rise from one date to the next.
  private(set) var slope: [Double]
  /// Squared correlation of value and date; NaN for fewer than two values or where they are flat.
  private(set) var rSquared: [Double]
  /// The latest value less the line's; NaN where the latest value is missing.
  private(set) var residual: [Double]

  init(of series: [Double], window: Int) {
    rSquared = Array(repeating: .nan, count: series.count)
    (residual, slope) = (rSquared, rSquared)
    var window = SlidingWindow<Comoments>(length: window)
    for position in series.indices {
      let latest = SIMD2(Double(position), series[position])
      window.push(latest)
      let sums = window.summary
      guard sums.count > 1 else { continue }
      let (squares, products) = sums.deviations
      let slope = products / squares.x
      self.slope[position] = slope
      let ahead = latest - window.centre - sums.shift
      residual[position] = ahead.y - slope * ahead.x
      if !isFlat(squares: squares.y, count: sums.count) {
        rSquared[position] = slope * products / squares.y
      }
    }
  }
}
