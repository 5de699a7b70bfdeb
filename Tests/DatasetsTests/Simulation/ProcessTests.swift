import Foundation
import Market
import Testing

@testable import Datasets

@Suite struct ProcessTests {
  @Test func studentTHasUnitVarianceAndHeavyTails() {
    var stream = SeedTree(root: 1).stream("t")
    let draws = (0..<40_000).map { _ in stream.studentT(5) }
    let mean = draws.reduce(0, +) / 40_000
    let variance = draws.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(mean) < 0.015)
    // The limit at 8 deviations takes about two per cent of the variance.
    #expect((0.94...1.02).contains(variance), "\(variance)")
    // P(|t₅| > 3 · √(5/3)) = 0.0117 (scipy 1.17: 2 * scipy.stats.t.sf(3 * (5 / 3) ** 0.5, 5)).
    let extreme = Double(draws.count { abs($0) > 3 }) / 40_000
    #expect(abs(extreme - 0.0117) < 0.0017, "\(extreme)")
    #expect(draws.allSatisfy { abs($0) <= 8 })
  }

  @Test func volatilityAnswersFallsMoreThanRises() {
    var (fall, rise) = (VolatilityProcess(.market), VolatilityProcess(.market))
    fall.absorb(-2)
    rise.absorb(2)
    // 1 − 0.01 − 0.1 − 0.87 = 0.02; 0.02 + 0.21 · 4 + 0.87 and 0.02 + 0.01 · 4 + 0.87.
    #expect(abs(fall.variance - 1.73) < 1e-12)
    #expect(abs(rise.variance - 0.93) < 1e-12)
  }

  @Test(arguments: [0.0, 0.004, 0.05]) func regimeOddsSumToOne(rate: Double) {
    for regime in MarketRegime.allCases {
      let odds = regime.transitions(crisisRate: rate)
      #expect(abs(odds.reduce(0, +) - 1) < 1e-12 && odds.allSatisfy { $0 >= 0 })
    }
  }

  @Test func expectedDriftFollowsTheTransitions() {
    #expect(MarketRegime.crisis.expectedDrift(after: 0, crisisRate: 0.004) == -0.0015)
    // One day: 0.04 · 0.0005 − 0.96 · 0.0015.
    let one = MarketRegime.crisis.expectedDrift(after: 1, crisisRate: 0.004)
    #expect(abs(one - -0.00142) < 1e-12)
    // Two days from calm, 0.990 · (0.990, 0.010, 0) + 0.010 · (0.008, 0.988, 0.004).
    let two = MarketRegime.calm.expectedDrift(after: 2, crisisRate: 0.004)
    #expect(abs(two - (0.98018 * 0.0006 + 0.01978 * 0.0005 - 0.00004 * 0.0015)) < 1e-12)
  }

  @Test func regimesMoveWithTheirOdds() {
    #expect(MarketRegime.normal.next(crisisRate: 0.004, uniform: 0.0079) == .calm)
    #expect(MarketRegime.normal.next(crisisRate: 0.004, uniform: 0.0081) == .normal)
    #expect(MarketRegime.normal.next(crisisRate: 0.004, uniform: 0.9961) == .crisis)
    #expect(MarketRegime.crisis.next(crisisRate: 0.004, uniform: 0.0399) == .normal)
  }

  @Test func aBarIsRebuiltFromItsFiveNumbers() {
    let bar = DailyBar(
      logReturn: log(1.1), gap: log(1.05), upperShadow: log(1.02), lowerShadow: log(1.05),
      logVolume: log(1000.2))
    let prices = bar.prices(after: 100)
    #expect(abs(prices.open - 105) < 1e-9 && abs(prices.close - 110) < 1e-9)
    #expect(abs(prices.high - 112.2) < 1e-9 && abs(prices.low - 100) < 1e-9)
    #expect(prices.volume == 1000)
  }

  @Test func crossSectionsAreStandardisedOverThoseThatCount() {
    let scored = CrossSection.standardised(
      [1, 2, 3, 99], counting: [true, true, true, false])
    let unit = 1.5.squareRoot()
    for (value, expected) in zip(scored, [-unit, 0, unit, 0]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(CrossSection.standardised([1, 1, 1], counting: [true, true, true]) == [0, 0, 0])
    #expect(CrossSection.standardised([1, 2], counting: [true, true]) == [0, 0])
  }

  @Test func leadersAreEverySecondOfTheirSector() {
    let groups = SectorGroups(assets: 10, sectors: 3)
    #expect(groups.sector == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    #expect(groups.leaders(of: 9) == [0, 6])
    #expect(groups.leaders(of: 0) == [6])
    #expect(groups.leaders(of: 1) == [7])
  }
}
