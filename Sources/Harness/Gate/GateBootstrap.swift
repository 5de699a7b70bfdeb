import Market
import Metrics

/// How dates are resampled for the gate: the same resamples for every row and metric.
public struct GateBootstrap: Codable, Sendable, Equatable {
  public var resamples = 500
  /// Dates in a block; 0 for the automatic length.
  public var blockLength = 0

  public init() {}

  func resamples(over calendar: [Int], reach: Int) throws(SpecError) -> SeededResamples {
    let automatic = MovingBlockBootstrap.defaultBlockLength(dates: calendar.count, reach: reach)
    return try SeededResamples(
      over: calendar, blockLength: blockLength > 0 ? blockLength : automatic, resamples: resamples,
      from: SeedTree(root: 0).stream("gate"))
  }
}
