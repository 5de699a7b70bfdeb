/// One line of a fidelity table.
public struct FidelityRow: Sendable, Codable, Equatable {
  /// The metric's name, without its horizon.
  public let metric: String
  public let title: String
  public let group: FidelityMetric.Group
  /// Days added up, or lags looked at.
  public let horizon: Int?
  /// `nil` where undefined: never 0, never NaN.
  public let value: Double?
  /// What a perfect generator would score against a real market of this length, on average.
  public let floor: Double?
  /// The range in which nine of ten perfect generators would score.
  public let floorRange: Interval?
  /// The two numbers whose difference is the value, where it is one.
  public let real: Double?
  public let synthetic: Double?
  public let unit: FidelityMetric.Unit
  public let better: FidelityMetric.Better

  init(
    _ metric: FidelityMetric, value: Double?, floor: Double?, floorRange: Interval? = nil,
    real: Double? = nil, synthetic: Double? = nil
  ) {
    func finite(_ number: Double?) -> Double? { number.flatMap { $0.isFinite ? $0 : nil } }
    (self.metric, title, group) = (metric.name, metric.title, metric.group)
    (horizon, unit, better) = (metric.horizon, metric.unit, metric.better)
    (self.value, self.floor, self.floorRange) = (finite(value), finite(floor), floorRange)
    (self.real, self.synthetic) = (finite(real), finite(synthetic))
  }
}
