extension Metric {
  /// Annual return before costs: mean of the daily positions' returns times 252 / horizon.
  ///
  /// Summed and not compounded, as Qlib has it: 1 is invested on each side throughout.
  public static let longShortReturn = longShort(
    id: "ls_return", title: "Return", summary: "annual return of the long-short portfolio",
    unit: .fraction, afterCosts: false, annualReturn)

  /// Annual volatility: sample standard deviation of the positions' returns times √(252 / horizon).
  public static let longShortVolatility = longShort(
    id: "ls_volatility", title: "Volatility",
    summary: "annual standard deviation of the long-short return",
    direction: .lowerIsBetter, unit: .fraction, afterCosts: false
  ) { returns, positions, rules in
    Moments(of: returns, at: positions).deviation.map { $0 * rules.periodsPerYear.squareRoot() }
  }

  /// Sharpe ratio: annual return over annual volatility; nothing is lent or borrowed, so no rate.
  public static let longShortSharpe = longShort(
    id: "ls_sharpe", title: "Sharpe", summary: "annual long-short return ÷ its volatility",
    unit: .ratio, afterCosts: false, sharpe)

  /// Maximum drawdown before costs: the deepest fall of the summed return below its earlier peak.
  public static let longShortMaximumDrawdown = longShort(
    id: "ls_max_drawdown", title: "Drawdown",
    summary: "deepest fall of the summed long-short return below its peak, as a negative number",
    unit: .fraction, afterCosts: false, drawdown)

  /// Annual return after costs.
  public static let longShortReturnNet = longShort(
    id: "ls_return_net", title: "Net return", summary: "annual long-short return after costs",
    unit: .fraction, afterCosts: true, annualReturn)

  /// Sharpe ratio after costs.
  public static let longShortSharpeNet = longShort(
    id: "ls_sharpe_net", title: "Net Sharpe", summary: "Sharpe ratio after costs",
    unit: .ratio, afterCosts: true, sharpe)

  /// Maximum drawdown after costs.
  public static let longShortMaximumDrawdownNet = longShort(
    id: "ls_max_drawdown_net", title: "Net drawdown", summary: "maximum drawdown after costs",
    unit: .fraction, afterCosts: true, drawdown)

  /// Turnover: mean of Σ|Δw| / 4 over the dates, from 0 (nothing traded) to 1 (all replaced).
  ///
  /// Both sides are 1 in total, so that replacing every asset sells 2 and buys 2.
  public static let longShortTurnover = Metric(
    id: "ls_turnover", title: "Turnover", summary: "share of the portfolio replaced at a rebalance",
    direction: .lowerIsBetter, unit: .fraction, measures: [.longShort],
    columns: [.tradedValue], defining: .tradedValue
  ) { scores, positions in
    mean(of: scores[.tradedValue], at: positions).map { $0 / 4 }
  }

  private typealias Aggregate =
    @Sendable (_ returns: [Double], _ positions: [Int], _ rules: ScoringRules) -> Double?

  private static let annualReturn: Aggregate = { returns, positions, rules in
    mean(of: returns, at: positions).map { $0 * rules.periodsPerYear }
  }

  private static let sharpe: Aggregate = { returns, positions, rules in
    Moments(of: returns, at: positions).meanOverDeviation.map {
      $0 * rules.periodsPerYear.squareRoot()
    }
  }

  private static let drawdown: Aggregate = { returns, positions, rules in
    maximumDrawdown(of: returns, at: positions).map { $0 / Double(rules.horizon) }
  }

  private static func longShort(
    id: String, title: String, summary: String, direction: Direction = .higherIsBetter,
    unit: Unit, afterCosts: Bool, _ aggregate: @escaping Aggregate
  ) -> Metric {
    Metric(
      id: id, title: title, summary: summary, direction: direction, unit: unit,
      measures: [.longShort],
      columns: [.longShortReturn] + (afterCosts ? [.tradedValue] : []),
      defining: .longShortReturn
    ) { scores, positions in
      aggregate(scores.longShortReturns(afterCosts: afterCosts), positions, scores.rules)
    }
  }
}

extension DailyScores {
  /// The portfolio's return of each date: r − c · Σ|Δw| after costs of c = basis points / 10,000.
  public func longShortReturns(afterCosts: Bool) -> [Double] {
    let gross = self[.longShortReturn]
    guard afterCosts else { return gross }
    let cost = rules.portfolio.costBasisPoints * 1e-4
    return zip(gross, self[.tradedValue]).map { $0 - cost * $1 }
  }
}
