/// Count, sum and sum of squares of a window's values, around a centre; NaN counts for nothing.
struct Moments: WindowSummary {
  private(set) var count = 0.0
  private var sum = 0.0
  private var squaredSum = 0.0

  static let missing = Double.nan

  static func isKnown(_ value: Double) -> Bool {
    // Only NaN differs from itself; asked like this, it costs one instruction.
    value == value
  }

  mutating func add(_ value: Double, around centre: Double) {
    let difference = value - centre
    count += 1
    sum += difference
    squaredSum += difference * difference
  }

  static func + (a: Moments, b: Moments) -> Moments {
    var result = a
    result.count += b.count
    result.sum += b.sum
    result.squaredSum += b.squaredSum
    return result
  }

  /// Mean less the centre; NaN for no value.
  var shift: Double { sum / count }

  /// Sum of squared deviations from the mean.
  var squares: Double { max(0, squaredSum - sum * sum / count) }

  /// Sample standard deviation (divisor *n* − 1); NaN for fewer than two values.
  var deviation: Double { count > 1 ? (squares / (count - 1)).squareRoot() : .nan }
}
