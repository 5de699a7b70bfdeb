/// The shares of the last `window` positions with a value above and below 0.
///
/// Qlib's `Mean` of a comparison: a missing value is neither, but its position counts.
struct RollingSigns {
  /// NaN before the history begins.
  private(set) var positive: [Double]
  private(set) var negative: [Double]

  /// The history, and with it the first windows, begins at `start`.
  init(of series: [Double], from start: Int, window length: Int) {
    positive = Array(repeating: .nan, count: series.count)
    negative = positive
    var (above, below) = (0, 0)
    for position in start..<series.count {
      above += series[position] > 0 ? 1 : 0
      below += series[position] < 0 ? 1 : 0
      let past = position - length
      if past >= start {
        above -= series[past] > 0 ? 1 : 0
        below -= series[past] < 0 ? 1 : 0
      }
      let count = Double(min(length, position - start + 1))
      positive[position] = Double(above) / count
      negative[position] = Double(below) / count
    }
  }
}
