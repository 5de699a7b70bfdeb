import Market

/// Refusals of hyperparameters that are out of range, worded alike for every family.
struct HyperparameterChecks {
  let family: String

  func require(
    _ holds: Bool, _ key: String, _ value: Any, _ accepted: String
  ) throws(SpecError) {
    guard holds else {
      throw .invalid(key: "\(family).\(key)", value: "\(value)", accepted: accepted)
    }
  }

  func within(_ range: ClosedRange<Int>, _ key: String, _ value: Int) throws(SpecError) {
    try require(range.contains(value), key, value, "\(range.lowerBound) to \(range.upperBound)")
  }

  func probability(_ key: String, _ value: Double) throws(SpecError) {
    try require((0..<1).contains(value), key, value, "0 to below 1")
  }

  func positive(_ key: String, _ value: Double) throws(SpecError) {
    try require(value > 0 && value.isFinite, key, value, "a number above 0")
  }

  func notNegative(_ key: String, _ value: Double) throws(SpecError) {
    try require(value >= 0 && value.isFinite, key, value, "0 or a number above")
  }
}
