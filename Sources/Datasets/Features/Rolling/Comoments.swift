/// Sums of a window's pairs, of their squares and of their products, around a centre.
///
/// A pair with NaN in either place counts for nothing.
struct Comoments: WindowSummary {
  private(set) var count = 0.0
  private var sum = SIMD2<Double>.zero
  private var squaredSum = SIMD2<Double>.zero
  private var productSum = 0.0

  static let missing = SIMD2(Double.nan, .nan)

  static func isKnown(_ pair: SIMD2<Double>) -> Bool {
    // Only NaN differs from itself; asked like this, it costs one instruction.
    pair.x == pair.x && pair.y == pair.y
  }

  mutating func add(_ pair: SIMD2<Double>, around centre: SIMD2<Double>) {
    let difference = pair - centre
    count += 1
    sum += difference
    squaredSum += difference * difference
    productSum += difference.x * difference.y
  }

  static func + (a: Comoments, b: Comoments) -> Comoments {
    var result = a
    result.count += b.count
    result.sum += b.sum
    result.squaredSum += b.squaredSum
    result.productSum += b.productSum
    return result
  }

  /// Means less the centre; NaN for no pair.
  var shift: SIMD2<Double> { sum / count }

  /// Sums of squared deviations from the means, and of their products.
  var deviations: (squares: SIMD2<Double>, products: Double) {
    let shift = sum / count
    let squares = squaredSum - sum * shift
    return (squares.replacing(with: 0, where: squares .< 0), productSum - sum.x * shift.y)
  }
}
