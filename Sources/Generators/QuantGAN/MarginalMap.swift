import Foundation

/// A rising map that gives sampled values the distribution of observed ones: quantile to quantile.
///
/// Straight between knots. Beyond the outer ones a value's distance from the knot is stretched so that its mean
/// there is the observed one; without knots it changes nothing.
struct MarginalMap: Sendable, Equatable {
  /// Quantiles of sampled values, and of observed ones at the same levels.
  var sampled: [Double]
  var observed: [Double]
  /// How distances are stretched below the first knot and above the last.
  var stretch: [Double]

  static let identity = MarginalMap(sampled: [], observed: [], stretch: [1, 1])
  /// Observed values a knot, at least: fewer would repeat single days.
  static let valuesPerKnot = 8
  static let mostKnots = 400
  /// Observed values at either end that a stretch is taken from, at least: beyond the outer knots alone there
  /// are too few.
  static let valuesInTail = 24

  init(sampled: [Double], observed: [Double], stretch: [Double]) {
    (self.sampled, self.observed, self.stretch) = (sampled, observed, stretch)
  }

  /// How many knots so many observed values make; 0 for too few.
  static func knots(_ values: Int) -> Int {
    let knots = min(mostKnots, values / valuesPerKnot)
    return knots >= 5 ? knots : 0
  }

  init(from sampled: [Double], to observed: [Double]) {
    let knots = Self.knots(observed.count)
    guard knots > 0, sampled.count > knots else {
      self = .identity
      return
    }
    let (a, b) = (sampled.sorted(), observed.sorted())
    let levels = (0..<knots).map { (Double($0) + 0.5) / Double(knots) }
    let share = max(levels[0], min(0.25, Double(Self.valuesInTail) / Double(observed.count)))
    func excess(_ sorted: [Double], _ sign: Double) -> Double {
      let bound = quantile(sorted, sign < 0 ? share : 1 - share)
      let beyond = sorted.lazy.filter { sign * ($0 - bound) > 0 }.map { sign * ($0 - bound) }
      return beyond.reduce(0, +) / Double(max(1, beyond.count))
    }
    self.init(
      sampled: levels.map { quantile(a, $0) }, observed: levels.map { quantile(b, $0) },
      stretch: [-1.0, 1].map { sign in
        let (found, wanted) = (excess(a, sign), excess(b, sign))
        return found > 0 ? wanted / found : 1
      })
  }

  func callAsFunction(_ value: Double) -> Double {
    let line = line(at: value)
    return line.slope * value + line.start
  }

  /// The straight piece that a value is on.
  func line(at value: Double) -> (slope: Double, start: Double) {
    guard let first = sampled.first, let last = sampled.last else { return (1, 0) }
    let top = sampled.count - 1
    if value <= first { return (stretch[0], observed[0] - stretch[0] * first) }
    if value >= last { return (stretch[1], observed[top] - stretch[1] * last) }
    var (low, high) = (0, top)
    while high - low > 1 {
      let middle = (low + high) / 2
      if sampled[middle] <= value { low = middle } else { high = middle }
    }
    let width = sampled[high] - sampled[low]
    let slope = width > 0 ? (observed[high] - observed[low]) / width : 0
    return (slope, observed[low] - slope * sampled[low])
  }
}

/// Of sorted values, straight between neighbours, the middle of the first one at level 0.5 / n.
func quantile(_ sorted: [Double], _ level: Double) -> Double {
  let place = min(Double(sorted.count - 1), max(0, level * Double(sorted.count) - 0.5))
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
