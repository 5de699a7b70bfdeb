/// Windows of returns, each with mean 0 and Euclidean length 1, in the order of their first dates.
///
/// Scale is taken out so that a copy that was made louder or quieter is still found.
struct NormalisedWindows: Sendable {
  let length: Int
  /// Windows × dates within them.
  let values: [Float]
  /// Of each window, its first date.
  let starts: [Int]

  var count: Int { starts.count }

  /// Windows at every date and asset, or, where a `limit` is given, so many evenly spread.
  ///
  /// Windows with a missing return, or without variation, are left out.
  init(_ market: ReturnPaths, assets: [Int], length: Int, limit: Int? = nil) {
    let perPath = max(0, market.dates - length + 1)
    let total = market.paths * perPath * assets.count
    var (values, starts) = ([Float](), [Int]())
    let kept = min(limit ?? total, total)
    values.reserveCapacity(kept * length)
    starts.reserveCapacity(kept)
    var scratch = [Float](repeating: 0, count: length)
    market.returns.withUnsafeBufferPointer { returns in
      for step in 0..<kept {
        let place = step * total / kept
        // Assets change fastest, then paths, so that first dates never decrease.
        let asset = assets[place % assets.count]
        let path = place / assets.count % market.paths
        let start = place / assets.count / market.paths
        let from = (path * market.assets + asset) * market.dates + start
        guard Self.normalise(returns, from, into: &scratch) else { continue }
        values.append(contentsOf: scratch)
        starts.append(start)
      }
    }
    (self.length, self.values, self.starts) = (length, values, starts)
  }

  private static func normalise(
    _ returns: UnsafeBufferPointer<Float>, _ from: Int, into scratch: inout [Float]
  ) -> Bool {
    let count = scratch.count
    return scratch.withUnsafeMutableBufferPointer { scratch in
      var sum = 0.0
      for step in 0..<count { sum += Double(returns[from + step]) }
      let mean = sum / Double(count)
      var squares = 0.0
      for step in 0..<count {
        let deviation = Double(returns[from + step]) - mean
        squares += deviation * deviation
      }
      // NaN fails the comparison as well.
      guard squares > 1e-16 else { return false }
      let scale = 1 / squares.squareRoot()
      for step in 0..<count { scratch[step] = Float((Double(returns[from + step]) - mean) * scale) }
      return true
    }
  }

  /// For each of these windows, its distance to the nearest of `others`.
  ///
  /// Between z-scored windows, per day: √(Σ(difference²) / length) = √(2 − 2 *c*) with *c* their
  /// correlation, so 0 for a copy, √2 for a stranger, and never above 2. The search is exact.
  /// Windows of `others` that begin fewer than `apart` dates from the one looked up are passed over;
  /// a window that has none left to compare with has no distance.
  /// - Complexity: O(windows · others · length).
  func distances(toNearestOf others: NormalisedWindows, apart: Int = 0) -> [Float] {
    precondition(length == others.length)
    var result: [Float] = []
    result.reserveCapacity(count)
    values.withUnsafeBufferPointer { queries in
      others.values.withUnsafeBufferPointer { candidates in
        for query in 0..<count {
          var best: Float = -2
          func search(_ range: Range<Int>) {
            for candidate in range {
              best = max(best, dot(queries, query * length, candidates, candidate * length, length))
            }
          }
          if apart == 0 {
            search(0..<others.count)
          } else {
            search(0..<others.firstWindow(from: starts[query] - apart + 1))
            search(others.firstWindow(from: starts[query] + apart)..<others.count)
          }
          if best > -2 { result.append(max(0, 2 - 2 * best).squareRoot()) }
        }
      }
    }
    return result
  }

  /// The first window that begins on `date` or later.
  private func firstWindow(from date: Int) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < date { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// As for `Double`, in single precision.
@inline(__always)
private func dot(
  _ x: UnsafeBufferPointer<Float>, _ i: Int, _ y: UnsafeBufferPointer<Float>, _ j: Int, _ count: Int
) -> Float {
  guard let baseX = x.baseAddress, let baseY = y.baseAddress else { return 0 }
  let (x, y) = (baseX + i, baseY + j)
  var (s0, s1, s2, s3): (Float, Float, Float, Float) = (0, 0, 0, 0)
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
