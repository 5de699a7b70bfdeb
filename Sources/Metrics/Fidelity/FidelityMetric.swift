/// One way in which synthetic market data may differ from real ones, and how to print it.
public struct FidelityMetric: Identifiable, Sendable {
  public enum Group: String, Codable, Sendable, CaseIterable {
    case distribution, dependence, risk, crossSection = "cross_section", detection, memorisation
  }

  /// Which way is better; `floor` means as close as possible to the floor, on either side of it.
  public enum Better: String, Codable, Sendable { case lower, higher, floor }

  public enum Unit: String, Codable, Sendable {
    /// Daily log return, or one of the row's horizon: 0.01 is about one per cent.
    case logReturn = "log_return"
    /// Standard deviations of the real returns of that horizon.
    case sigma
    /// Natural logarithm of probability, summed over bins.
    case logProbability = "log_probability"
    /// Between −1 and 1, or a norm of such numbers.
    case correlation
    /// A share: 0.01 is one per cent.
    case fraction
    /// A quotient without a unit.
    case ratio
    /// Twice a difference of log likelihoods.
    case likelihoodRatio = "likelihood_ratio"
    /// A p value.
    case probability
    /// A number of days.
    case days
  }

  enum Score: Sendable {
    case markets(@Sendable (_ real: MarketSummary, _ synthetic: MarketSummary) -> Double?)
    /// The value and its floor.
    case memorisation(@Sendable (Memorisation) -> (value: Double?, floor: Double?))
  }

  /// What is measured, the same for all horizons.
  public let name: String
  /// As a row of a table is headed.
  public let title: String
  /// Days added up, or lags looked at; `nil` where there is no such choice.
  public let horizon: Int?
  public let group: Group
  /// The formula, in words.
  public let summary: String
  public let unit: Unit
  public let better: Better
  let score: Score
  /// The number of one side, where the metric is the difference of two numbers.
  let side: (@Sendable (MarketSummary) -> Double?)?

  public var id: String { horizon.map { "\(name).\($0)" } ?? name }

  init(
    id name: String, title: String, horizon: Int? = nil, group: Group, summary: String, unit: Unit,
    better: Better,
    score: @escaping @Sendable (_ real: MarketSummary, _ synthetic: MarketSummary) -> Double?
  ) {
    (self.name, self.title, self.horizon, self.group) = (name, title, horizon, group)
    (self.summary, self.unit, self.better) = (summary, unit, better)
    (self.score, side) = (.markets(score), nil)
  }

  /// |difference| of one number of each series, the mean over the series.
  init(
    id name: String, title: String, group: Group, summary: String, unit: Unit,
    of statistic: @escaping @Sendable (SeriesSummary) -> Double?
  ) {
    (self.name, self.title, horizon, self.group) = (name, title, nil, group)
    (self.summary, self.unit, better) = (summary, unit, .lower)
    score = .markets { real, synthetic in
      averaged(real, synthetic) { real, synthetic in
        guard let real = statistic(real), let synthetic = statistic(synthetic) else { return nil }
        return abs(real - synthetic)
      }
    }
    side = { market in
      let values = market.series.compactMap(statistic)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// |difference| of one number of each market.
  init(
    id name: String, title: String, group: Group, summary: String, unit: Unit,
    ofMarket statistic: @escaping @Sendable (MarketSummary) -> Double?
  ) {
    (self.name, self.title, horizon, self.group) = (name, title, nil, group)
    (self.summary, self.unit, better) = (summary, unit, .lower)
    score = .markets { real, synthetic in
      guard let real = statistic(real), let synthetic = statistic(synthetic) else { return nil }
      return abs(real - synthetic)
    }
    side = statistic
  }

  /// A finding of the search for copies of the training data.
  init(
    id name: String, title: String, summary: String, unit: Unit, better: Better,
    memorisation: @escaping @Sendable (Memorisation) -> (value: Double?, floor: Double?)
  ) {
    (self.name, self.title, horizon, group) = (name, title, nil, .memorisation)
    (self.summary, self.unit, self.better) = (summary, unit, better)
    (score, side) = (.memorisation(memorisation), nil)
  }
}

/// The mean of a score over the series of two markets; series on which it is undefined are left out.
///
/// - Precondition: equally many series.
func averaged(
  _ real: MarketSummary, _ synthetic: MarketSummary,
  _ score: (_ real: SeriesSummary, _ synthetic: SeriesSummary) -> Double?
) -> Double? {
  precondition(real.series.count == synthetic.series.count)
  let values = zip(real.series, synthetic.series).compactMap(score)
  return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
