import Market

/// Refusals of hyperparameters, worded alike: the family and key, the value, what is accepted.
struct RangeChecks {
  let family: String

  func require(
    _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
  ) throws(SpecError) {
    guard holds else {
      throw .invalid(key: "\(family).\(key)", value: "\(value)", accepted: accepted)
    }
  }

  func require(
    _ value: Int, in range: ClosedRange<Int>, _ key: String, _ unit: String? = nil
  ) throws(SpecError) {
    let accepted = "\(range.lowerBound) to \(range.upperBound)" + (unit.map { " \($0)" } ?? "")
    try require(range.contains(value), key, value, accepted)
  }

  /// A millionth to 1: what libxgboost reads as a `Float` must not become 0.
  func requireShare(_ value: Double, _ key: String) throws(SpecError) {
    try require(value >= 1e-6 && value <= 1, key, value, "0.000001 to 1")
  }

  /// From 0, below 1.
  func requireProbability(_ value: Double, _ key: String) throws(SpecError) {
    try require((0..<1).contains(value), key, value, "0 to below 1")
  }

  func requirePositive(_ value: Double, _ key: String) throws(SpecError) {
    try require(value > 0 && value.isFinite, key, value, "a number above 0")
  }

  func requireNotNegative(_ value: Double, _ key: String) throws(SpecError) {
    try require(value >= 0 && value.isFinite, key, value, "0 or a number above")
  }
}
