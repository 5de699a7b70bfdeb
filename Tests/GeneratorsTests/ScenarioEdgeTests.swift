import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

/// Markets that lack something, and scenarios at the edge of what can be asked for.
@Suite struct ScenarioEdgeTests {
  private func run(
    _ scenario: Scenario, of generator: OneFactorMarket, history: [MarketMoves], paths: Int = 1
  ) throws -> ScenarioOutcome {
    try ScenarioSearch(scenario, severity: 1, history: history).run(
      generator, named: "one_factor",
      request: SampleRequest(days: 1, seeds: SeedTree(root: 3)), paths: paths
    ).outcome
  }

  /// Of a history of one asset there is no correlation to be strange in, whatever the paths have.
  @Test func manyAssetsAreJudgedByAHistoryOfOne() throws {
    let alone = try OneFactorMarket(assets: 1).history()
    let outcome = try run(
      scenarioRegistry.require("vol_spike"), of: OneFactorMarket(), history: alone)
    #expect(outcome.plausibility.distance > 0 && outcome.plausibility.distance.isFinite)
    #expect(outcome.notApplicable.contains { $0.hasPrefix("correlation") })
  }

  @Test func oneAssetOfManyHasNoCorrelationToMeet() throws {
    let outcome = try run(
      scenarioRegistry.require("gfc"), of: OneFactorMarket(assets: 1),
      history: OneFactorMarket().history())
    #expect(!outcome.rows.contains { $0.quantity == "correlation" })
    #expect(outcome.notApplicable.contains { $0.hasPrefix("correlation") })
    var scenario = Scenario()
    scenario.correlation = 0.8
    #expect(throws: SpecError.self) {
      try run(
        scenario, of: OneFactorMarket(assets: 1), history: OneFactorMarket().history())
    }
  }

  /// What is undefined on a path is as far from its target as can be.
  @Test func nothingThatIsUndefinedIsMet() throws {
    var scenario = Scenario()
    (scenario.horizon, scenario.drift, scenario.correlation) = (40, -0.02, 0.5)
    let usual = try #require(OneFactorMarket().history().first)
    var statistics = ScenarioStatistics(of: usual, phases: [0..<usual.dates])
    let targets = scenario.targets(severity: 1, usual: statistics)
    (statistics.drift, statistics.correlation) = (-0.02, .nan)
    #expect(statistics.badness(targets.items) == .infinity)
    statistics.correlation = try #require(targets.correlation)
    #expect(statistics.badness(targets.items) < 1)
  }

  /// Every tenth day of all assets but one is missing; correlations are those of the days that are there.
  @Test func holesDoNotHideCorrelation() throws {
    let market = OneFactorMarket(marketDeviation: 0.008, ownDeviation: 0.007)
    let whole = try market.history()
    let broken = whole.map { moves -> MarketMoves in
      var moves = moves
      for date in 0..<moves.dates {
        for asset in 1..<moves.assets where (date + asset) % 10 == 0 {
          for component in moves.components.indices { moves[date, asset, component] = .nan }
        }
      }
      return moves
    }
    let (a, b) = (
      ScenarioStatistics.meanCorrelation(whole[0]), ScenarioStatistics.meanCorrelation(broken[0])
    )
    #expect(abs(a - b) < 0.03 && a > 0.5, "\(a), \(b)")
    let outcome = try run(scenarioRegistry.require("gfc"), of: market, history: broken)
    #expect(outcome.rows.contains { $0.quantity == "correlation" })
    #expect(outcome.plausibility.farthestInHistory < 20)
    #expect(outcome.plausibility.distance < 1000)
  }

  /// A market that stands still gives no unit to measure in.
  @Test func directionsWithoutVarianceAreLeftOut() {
    let flat = Ellipsoid([[1.0, 0], [-1, 0], [1, 0], [-1, 0]], shrinkage: 0)
    #expect(flat.distance([0, 5]) == 0)
    #expect(flat.distance([2, 5]) == flat.distance([2]))
  }

  @Test func sharesThatNoSumCanHoldAreRefused() {
    let error = #expect(throws: SpecError.self) {
      try Scenario(
        json: Data(
          "{ phases: [{share: 1e308, volatility: 0.3}, {share: 1e308, volatility: 0.2}] }".utf8),
        named: "big.json5")
    }
    #expect(error?.description.contains("share") == true)
  }
}
