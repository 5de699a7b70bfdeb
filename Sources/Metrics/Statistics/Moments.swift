/// Count, mean and sum of squared deviations of the numbers that are not NaN.
public struct Moments: Sendable {
  public private(set) var count = 0
  public private(set) var mean = 0.0
  private var squares = 0.0

  /// Of `values` at `positions`, in two passes.
  public init(of values: [Double], at positions: [Int]) {
    values.withUnsafeBufferPointer { values in
      // Deviations from the first number, so that equal numbers have a variance of exactly 0.
      guard let first = positions.first(where: { !values[$0].isNaN }) else { return }
      let origin = values[first]
      var sum = 0.0
      for position in positions where !values[position].isNaN {
        sum += values[position] - origin
        count += 1
      }
      mean = origin + sum / Double(count)
      for position in positions where !values[position].isNaN {
        let deviation = values[position] - mean
        squares += deviation * deviation
      }
    }
  }

  public init(of values: [Double]) { self.init(of: values, at: Array(values.indices)) }

  /// Sample standard deviation (divisor *n* − 1), as in pandas; `nil` for fewer than two numbers.
  public var deviation: Double? {
    count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
  }

  /// Standard deviation with divisor *n*; 0 for no numbers.
  var populationDeviation: Double { (squares / Double(max(1, count))).squareRoot() }

  /// Mean over standard deviation; `nil` where all numbers are equal or fewer than two.
  public var meanOverDeviation: Double? {
    guard let deviation, deviation > 0 else { return nil }
    return mean / deviation
  }
}

/// Mean of the numbers at `positions` that are not NaN; `nil` where there are none.
func mean(of values: [Double], at positions: [Int]) -> Double? {
  values.withUnsafeBufferPointer { values in
    var (sum, count) = (0.0, 0)
    for position in positions {
      let value = values[position]
      if value.isNaN { continue }
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}

/// Sum of the numbers at `positions` that are not NaN.
func sum(of values: [Double], at positions: [Int]) -> Double {
  values.withUnsafeBufferPointer { values in
    var sum = 0.0
    for position in positions where !values[position].isNaN { sum += values[position] }
    return sum
  }
}
