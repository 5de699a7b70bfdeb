/// Two quantiles of the last `window` values at every position, and the latest one's rank among them.
///
/// Qlib's `Quantile` and `Rank`. Missing values count for nothing.
struct RollingOrder {
  /// Linear between two values; NaN where the window holds none.
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  /// The latest value's, equal ones sharing the mean of theirs, over the number of values.
  ///
  /// NaN where the latest value is missing.
  private(set) var rank: [Double]

  init(of series: [Float], window length: Int, lower lowerLevel: Double, upper upperLevel: Double) {
    lower = Array(repeating: .nan, count: series.count)
    (upper, rank) = (lower, lower)
    var window = SortedWindow(capacity: length)
    for position in series.indices {
      if position >= length, series[position - length].isFinite {
        window.remove(series[position - length])
      }
      let latest = series[position]
      if latest.isFinite {
        let below = window.insert(latest)
        var next = below + 1
        while next < window.count, window[next] == latest { next += 1 }
        rank[position] = Double(below + next + 1) / 2 / Double(window.count)
      }
      lower[position] = window.quantile(lowerLevel)
      upper[position] = window.quantile(upperLevel)
    }
  }
}
