import Market
import Testing

@testable import Metrics

@Suite struct LongShortTests {
  func sides(_ predictions: [Float], quantile: Double) -> (long: [Double], short: [Double])? {
    var portfolio = QuantilePortfolio()
    guard portfolio.divide(predictions, quantile: quantile) else { return nil }
    return (portfolio.long, portfolio.short)
  }

  struct Holding: Sendable {
    let predictions: [Float]
    let quantile: Double
    let long: [Double]
    let short: [Double]
  }

  /// Who is held, by hand.
  static let holdings = [
    // Two of five on each side.
    Holding(
      predictions: [5, 1, 4, 2, 3], quantile: 0.4,
      long: [0.5, 0, 0.5, 0, 0], short: [0, 0.5, 0, 0.5, 0]),
    // Ten per cent of three is still one name.
    Holding(predictions: [2, 3, 1], quantile: 0.1, long: [0, 1, 0], short: [0, 0, 1]),
    // The best is clear, the second place is shared by two; likewise below.
    Holding(
      predictions: [3, 2, 2, 1, 1, 0], quantile: 0.34,
      long: [0.5, 0.25, 0.25, 0, 0, 0], short: [0, 0, 0, 0.25, 0.25, 0.5]),
    // One place, three tied for it.
    Holding(
      predictions: [1, 1, 1, 0], quantile: 0.25,
      long: [1.0 / 3, 1.0 / 3, 1.0 / 3, 0], short: [0, 0, 0, 1]),
    // A tie that reaches both sides: each side still sums to one.
    Holding(
      predictions: [2, 1, 1, 1], quantile: 0.5,
      long: [0.5, 1.0 / 6, 1.0 / 6, 1.0 / 6], short: [0, 1.0 / 3, 1.0 / 3, 1.0 / 3]),
    Holding(predictions: [1, 0], quantile: 0.5, long: [1, 0], short: [0, 1]),
  ]

  @Test(arguments: holdings) func sidesAreEquallyWeighted(_ holding: Holding) throws {
    let result = try #require(sides(holding.predictions, quantile: holding.quantile))
    for row in holding.predictions.indices {
      #expect(abs(result.long[row] - holding.long[row]) < 1e-12, "long \(row)")
      #expect(abs(result.short[row] - holding.short[row]) < 1e-12, "short \(row)")
    }
  }

  @Test func noRankingNoPosition() {
    #expect(sides([1, 1, 1], quantile: 0.1) == nil)
    #expect(sides([1], quantile: 0.1) == nil)
    #expect(sides([], quantile: 0.1) == nil)
  }

  /// 0.29 of 100 is 29 names, though 0.29 · 100 is less than 29 in binary.
  @Test func quantilesAreNotRoundedDown() throws {
    let result = try #require(sides((0..<100).map(Float.init), quantile: 0.29))
    #expect(result.long.count { $0 > 0 } == 29)
  }

  /// Four dates of three assets with one name a side, by hand.
  ///
  /// Positions: +A −C, +A −B, +B −A, and again; Σ|Δw| is 2 (entry), 2 (C bought back, B sold), 4, 0.
  @Test func tradesAreCountedByHand() throws {
    let scores = DailyScores(
      rows(
        predictions: [[3, 2, 1], [3, 1, 2], [1, 3, 2], [1, 3, 2]],
        outcomes: [
          [0.02, 0.05, -0.01], [0.01, 0.03, 0], [0.02, 0.06, 0], [-0.01, 0.01, 0],
        ]),
      rules: try rules(cost: 50))
    #expect(scores[.tradedValue] == [2, 2, 4, 0])
    for (value, expected) in zip(scores[.longShortReturn], [0.03, -0.02, 0.04, 0.02]) {
      expectClose(value, expected, relative: 1e-6)
    }
    for (value, expected) in zip(scores[.longSideReturn], [0.02, 0.01, 0.06, 0.01]) {
      expectClose(value, expected, relative: 1e-6)
    }
    for (value, expected) in zip(scores[.shortSideReturn], [0.01, -0.03, -0.02, 0.01]) {
      expectClose(value, expected, relative: 1e-6)
    }
    // 50 basis points of 2, 2, 4, 0 leave 0.02, −0.03, 0.02, 0.02.
    expectClose(Metric.longShortReturn.value(of: scores), 252 * 0.07 / 4, relative: 1e-6)
    expectClose(Metric.longShortReturnNet.value(of: scores), 252 * 0.03 / 4, relative: 1e-6)
    expectClose(Metric.longShortTurnover.value(of: scores), 0.5)
    expectClose(Metric.longShortMaximumDrawdown.value(of: scores), -0.02, relative: 1e-6)
    expectClose(Metric.longShortMaximumDrawdownNet.value(of: scores), -0.03, relative: 1e-6)
  }

  /// Two books for a horizon of two: date 2 replaces date 0, date 3 replaces date 1.
  @Test func staggeredBooksTradeWithThemselves() throws {
    let up: [Float] = [2, 1]
    let down: [Float] = [1, 2]
    let scores = DailyScores(
      rows(
        predictions: [up, down, up, down],
        outcomes: [[0.04, 0], [0, 0.02], [0.02, 0], [0, 0]]),
      rules: try rules(horizon: 2, quantile: 0.5, cost: 100))
    #expect(scores[.tradedValue] == [2, 2, 0, 0])
    expectClose(Metric.longShortReturn.value(of: scores), 0.02 * 126, relative: 1e-6)
    expectClose(Metric.longShortReturnNet.value(of: scores), 0.01 * 126, relative: 1e-6)
    // After costs 0.02, 0, 0.02, 0: no fall.
    expectClose(Metric.longShortMaximumDrawdownNet.value(of: scores), 0, relative: 1e-4)
  }

  /// A book that found no position was closed: its next one is opened anew and both are charged.
  @Test func aGapClosesTheBook() throws {
    let scores = DailyScores(
      rows(
        dates: [3, 4, 5, 9],
        predictions: [[2, 1], [1, 1], [2, 1], [2, 1]],
        outcomes: [[0.01, 0], [0.01, 0], [0.01, 0], [0.01, 0]]),
      rules: try rules(quantile: 0.5))
    #expect(scores[.tradedValue].map { $0.isNaN ? -1 : $0 } == [2, -1, 4, 4])
    #expect(scores.undefinedDates(of: .longShortTurnover) == 1)
  }

  /// What left the universe is sold.
  @Test func assetsThatVanishAreTraded() throws {
    let scores = DailyScores(
      rows(
        predictions: [[2, 1, 0], [2, 1, 0]], outcomes: [[0, 0, 0], [0, 0, 0]],
        assets: [[0, 4, 5], [1, 4, 5]]),
      rules: try rules())
    #expect(scores[.tradedValue] == [2, 2])
    #expect(Metric.longShortSharpe.value(of: scores) == nil, "returns do not vary")
  }

  @Test func theFirstLossIsADrawdown() {
    #expect(
      maximumDrawdown(of: [-0.25, 0.5, .nan, -0.125, -0.25, 1], at: [0, 1, 2, 3, 4, 5]) == -0.375)
    #expect(maximumDrawdown(of: [-0.25, 0.5], at: [0]) == -0.25)
    #expect(maximumDrawdown(of: [0.25, 0.5], at: [0, 1]) == 0)
    #expect(maximumDrawdown(of: [.nan], at: [0]) == nil)
  }

  @Test func impossiblePortfoliosAreNamed() {
    for quantile in [0, -0.1, 0.51, .nan] {
      #expect(throws: SpecError.self) { try PortfolioSpec(quantile: quantile) }
    }
    for cost in [-1, 1001, .nan] {
      #expect(throws: SpecError.self) { try PortfolioSpec(costBasisPoints: cost) }
    }
  }
}
