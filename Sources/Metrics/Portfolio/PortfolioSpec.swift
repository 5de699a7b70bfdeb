import Market

/// The long-short portfolio that predictions are turned into.
public struct PortfolioSpec: Sendable, Codable, Equatable {
  /// Share of a date's assets held on each side.
  public let quantile: Double
  /// Cost of trading one unit of value, in basis points (1/10,000): of buying, and of selling.
  public let costBasisPoints: Double

  /// Tenths, at ten basis points.
  public static let standard = PortfolioSpec(valid: 0.1, 10)

  private init(valid quantile: Double, _ costBasisPoints: Double) {
    (self.quantile, self.costBasisPoints) = (quantile, costBasisPoints)
  }

  /// - Throws: `SpecError.invalid` unless 0 < quantile ≤ 0.5 and 0 ≤ costs ≤ 1,000.
  public init(quantile: Double = 0.1, costBasisPoints: Double = 10) throws(SpecError) {
    guard quantile > 0, quantile <= 0.5 else {
      throw .invalid(
        key: "portfolio.quantile", value: "\(quantile)", accepted: "more than 0, at most 0.5")
    }
    guard (0...1000).contains(costBasisPoints) else {
      throw .invalid(
        key: "portfolio.costBasisPoints", value: "\(costBasisPoints)", accepted: "0 to 1000")
    }
    (self.quantile, self.costBasisPoints) = (quantile, costBasisPoints)
  }

  enum CodingKeys: CodingKey { case quantile, costBasisPoints }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      quantile: values.decodeIfPresent(Double.self, forKey: .quantile) ?? 0.1,
      costBasisPoints: values.decodeIfPresent(Double.self, forKey: .costBasisPoints) ?? 10)
  }
}
