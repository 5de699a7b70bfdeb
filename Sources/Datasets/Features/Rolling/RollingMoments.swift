/// Mean and standard deviation of the last `window` values at every position: Qlib's `Mean`, `Std`.
///
/// Missing values count for nothing. The mean is NaN where the window holds no value, the deviation
/// (divisor *n* − 1) where it holds fewer than two.
struct RollingMoments {
  private(set) var mean: [Double]
  private(set) var deviation: [Double]

  init(of series: [Double], window: Int) {
    mean = series
    deviation = series
    var window = SlidingWindow<Moments>(length: window)
    for position in series.indices {
      window.push(series[position])
      mean[position] = window.centre + window.summary.shift
      deviation[position] = window.summary.deviation
    }
  }
}
