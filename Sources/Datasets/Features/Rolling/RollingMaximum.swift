/// The greatest of the last `window` values at every position: Qlib's `Max` and `IdxMax`.
///
/// Both are NaN where the window holds no value.
struct RollingMaximum {
  /// Missing values count for nothing.
  private(set) var value: [Float]
  /// Where in the window it is, counted from 1 at its oldest position.
  ///
  /// The first of equal ones; and, as numpy's `argmax` has it, the first missing value if there is one.
  private(set) var position: [Float]

  /// The history, and with it the first windows, begins at `start`.
  init(of series: [Float], from start: Int, window length: Int) {
    value = Array(repeating: .nan, count: series.count)
    position = value
    // At each position the first missing value there or later.
    var gaps = [Int](repeating: series.count, count: series.count + 1)
    for index in (start..<series.count).reversed() {
      gaps[index] = series[index].isFinite ? gaps[index + 1] : index
    }
    var window = SlidingWindow<Peak>(length: length)
    for index in start..<series.count {
      window.push((series[index].isFinite ? series[index] : .nan, Int32(index)))
      guard let peak = window.summary.known else { continue }
      let first = max(start, index - length + 1)
      let gap = gaps[first]
      value[index] = peak.value
      position[index] = Float((gap <= index ? gap : Int(peak.position)) - first + 1)
    }
  }
}
