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
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = min(max(Int(place), 0), sorted.count - 1)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    self.init(low: quantile((1 - confidence) / 2), high: quantile((1 + confidence) / 2))
  }
}
