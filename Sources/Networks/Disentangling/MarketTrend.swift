import Foundation

/// Which way the whole market goes over a label: down, sideways or up, by terciles of training days.
///
/// Both thresholds are quantiles of the market's returns on the training dates, each date counting
/// once, by linear interpolation as in NumPy.
public struct MarketTrend: Sendable, Equatable {
  public static let classes = 3

  public let low: Double
  public let high: Double

  public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  /// Fitted to one return a date; `nil` where none is known, or all are equal.
  public init?(ofDays returns: [Float]) {
    let sorted = returns.filter { $0.isFinite }.map(Double.init).sorted()
    guard let first = sorted.first, let last = sorted.last, first < last else { return nil }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    (low, high) = (quantile(1.0 / 3), quantile(2.0 / 3))
  }

  /// 0, 1 or 2; `nil` for an unknown return.
  public func trend(of value: Float) -> Int? {
    guard value.isFinite else { return nil }
    return Double(value) < low ? 0 : Double(value) < high ? 1 : 2
  }
}
