import Foundation

/// A rising map that gives sampled values the distribution of observed ones: quantile to quantile.
///
/// Straight between knots, parallel to the diagonal beyond the outer ones; without knots it changes
/// nothing.
struct MarginalMap: Sendable, Equatable {
  /// Quantiles of sampled values, and of observed ones at the same levels.
  var sampled: [Double]
  var observed: [Double]

  static let identity = MarginalMap(sampled: [], observed: [])
  /// Observed values a knot, at least: fewer would repeat single days.
  static let valuesPerKnot = 8
  static let mostKnots = 400

  init(sampled: [Double], observed: [Double]) {
    (self.sampled, self.observed) = (sampled, observed)
  }

  init(from sampled: [Double], to observed: [Double]) {
    let knots = min(Self.mostKnots, observed.count / Self.valuesPerKnot)
    guard knots >= 5, sampled.count > knots else {
      self = .identity
      return
    }
    let (a, b) = (sampled.sorted(), observed.sorted())
    let levels = (0..<knots).map { (Double($0) + 0.5) / Double(knots) }
    self.init(
      sampled: levels.map { quantile(a, $0) }, observed: levels.map { quantile(b, $0) })
  }

  func callAsFunction(_ value: Double) -> Double {
    guard let first = sampled.first, let last = sampled.last else { return value }
    if value <= first { return value - first + observed[0] }
    if value >= last { return value - last + observed[observed.count - 1] }
    var (low, high) = (0, sampled.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sampled[middle] <= value { low = middle } else { high = middle }
    }
    let width = sampled[high] - sampled[low]
    let share = width > 0 ? (value - sampled[low]) / width : 0
    return observed[low] + share * (observed[high] - observed[low])
  }
}

/// Of sorted values, straight between neighbours, the middle of the first one at level 0.5 / n.
func quantile(_ sorted: [Double], _ level: Double) -> Double {
  let place = min(Double(sorted.count - 1), max(0, level * Double(sorted.count) - 0.5))
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
