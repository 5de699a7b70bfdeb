/// The lowest point of a running sum below its highest earlier point, 0 or negative.
///
/// The sum starts at 0, and 0 counts as a peak: a loss on the first date is a drawdown (Qlib, whose
/// convention this is otherwise, begins with the first sum and misses it). NaN is passed over.
/// - Returns: `nil` where every number is NaN.
func maximumDrawdown(of returns: [Double], at positions: [Int]) -> Double? {
  var (sum, peak, deepest) = (0.0, 0.0, 0.0)
  var isDefined = false
  for position in positions where !returns[position].isNaN {
    isDefined = true
    sum += returns[position]
    peak = max(peak, sum)
    deepest = min(deepest, sum - peak)
  }
  return isDefined ? deepest : nil
}
