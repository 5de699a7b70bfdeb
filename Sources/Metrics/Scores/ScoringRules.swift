import Market

/// What scoring needs to know beside the rows.
public struct ScoringRules: Sendable, Equatable {
  /// Trading days in a year, the usual convention of the United States.
  public static let daysPerYear = 252.0

  /// Dates a position is held: returns of successive dates overlap if it is more than 1.
  public let horizon: Int
  public let portfolio: PortfolioSpec

  public init(label: LabelSpec, portfolio: PortfolioSpec) {
    (horizon, self.portfolio) = (label.horizon, portfolio)
  }

  /// How many holding periods a year has.
  public var periodsPerYear: Double { Self.daysPerYear / Double(horizon) }
}
