/// A sample in increasing order, with its first moments.
struct SortedSample: Sendable {
  let values: [Float]
  let mean: Double
  /// Standard deviation with divisor *n*; 0 for an empty sample.
  let deviation: Double

  /// - Precondition: no value is NaN.
  /// - Complexity: O(*n* log *n*).
  init(_ sample: [Float]) {
    var sample = sample
    sample.sort()
    let origin = Double(sample.first ?? 0)
    var (sum, squares) = (0.0, 0.0)
    let count = Double(max(1, sample.count))
    sample.withUnsafeBufferPointer { sample in
      for value in sample { sum += Double(value) - origin }
      let mean = origin + sum / count
      for value in sample {
        let deviation = Double(value) - mean
        squares += deviation * deviation
      }
    }
    values = sample
    mean = origin + sum / count
    deviation = (squares / count).squareRoot()
  }

  var isEmpty: Bool { values.isEmpty }

  /// Quantile at `share` within [0, 1], interpolated as NumPy's; `nil` for an empty sample.
  func quantile(_ share: Double) -> Double? {
    values.isEmpty ? nil : Interval.quantile(share, ofSorted: values)
  }

  /// How many values are below `limit`.
  func count(below limit: Float) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Sums of `horizon` successive returns, overlapping, one for each date on which one ends.
///
/// A sum with a missing return is left out.
/// - Complexity: O(*n*), by running totals.
func aggregated(_ returns: ArraySlice<Float>, over horizon: Int) -> [Float] {
  if horizon == 1 { return returns.filter { !$0.isNaN } }
  guard returns.count >= horizon else { return [] }
  var sums: [Float] = []
  sums.reserveCapacity(returns.count - horizon + 1)
  returns.withUnsafeBufferPointer { returns in
    var (total, missing) = ([0.0], [0])
    total.reserveCapacity(returns.count + 1)
    missing.reserveCapacity(returns.count + 1)
    var (sum, gaps) = (0.0, 0)
    for value in returns {
      if value.isNaN { gaps += 1 } else { sum += Double(value) }
      total.append(sum)
      missing.append(gaps)
    }
    for end in horizon...returns.count where missing[end] == missing[end - horizon] {
      sums.append(Float(total[end] - total[end - horizon]))
    }
  }
  return sums
}
