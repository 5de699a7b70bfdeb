/// Of the last `window` changes, all without sign: the share of those up, of those down, and the
/// difference of both.
///
/// Missing changes count for nothing. NaN where the window holds none; 0 where it holds only zeros.
struct RollingChanges {
  private(set) var up: [Float]
  private(set) var down: [Float]
  private(set) var difference: [Float]

  /// One after the other, as above.
  var shares: [[Float]] { [up, down, difference] }

  init(of changes: [Double], window length: Int) {
    up = Array(repeating: .nan, count: changes.count)
    (down, difference) = (up, up)
    var window = SlidingWindow<Changes>(length: length)
    for position in changes.indices {
      window.push(changes[position])
      let sums = window.summary
      guard sums.count > 0 else { continue }
      // Qlib's way to keep a window without change from dividing by 0.
      let total = sums.up + sums.down + 1e-12
      up[position] = Float(sums.up / total)
      down[position] = Float(sums.down / total)
      difference[position] = Float((sums.up - sums.down) / total)
    }
  }
}
