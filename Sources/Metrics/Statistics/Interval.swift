/// A range that covers the true value with a stated confidence.
public struct Interval: Sendable, Codable, Equatable {
  public let low: Double
  public let high: Double

  public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  public func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// The central share `confidence` of `draws`, its ends interpolated as NumPy's `percentile`.
  ///
  /// - Precondition: at least one draw, none NaN; confidence within (0, 1).
  init(ofPercentiles draws: [Double], confidence: Double) {
    let sorted = draws.sorted()
    self.init(
      low: Self.quantile((1 - confidence) / 2, ofSorted: sorted),
      high: Self.quantile((1 + confidence) / 2, ofSorted: sorted))
  }

  /// The quantile at `share` within [0, 1] of sorted numbers, interpolated as NumPy's.
  ///
  /// - Precondition: at least one number.
  public static func quantile<Number: BinaryFloatingPoint>(
    _ share: Double, ofSorted sorted: [Number]
  ) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = min(max(Int(place), 0), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    let (low, high) = (Double(sorted[below]), Double(sorted[above]))
    return low + (place - Double(below)) * (high - low)
  }
}
