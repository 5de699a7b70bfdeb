/// Fisher's F distribution: a ratio of two mean squares.
struct FDistribution: Sendable, Equatable {
  let numeratorDegrees: Double
  let denominatorDegrees: Double

  /// P(F > value).
  func probability(above value: Double) -> Double {
    guard value > 0 else { return value.isNaN ? .nan : 1 }
    guard value.isFinite else { return 0 }
    let sum = denominatorDegrees + numeratorDegrees * value
    return IncompleteBeta.probability(
      below: denominatorDegrees / sum, rest: numeratorDegrees * value / sum,
      denominatorDegrees / 2, numeratorDegrees / 2)
  }
}
