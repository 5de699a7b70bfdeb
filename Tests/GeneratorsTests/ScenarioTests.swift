import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct ScenarioTests {
  static let market = OneFactorMarket()

  static func run(
    _ scenario: Scenario, severity: Double, paths: Int = 2, market: OneFactorMarket = market
  ) throws -> (panels: [Panel], outcome: ScenarioOutcome) {
    try ScenarioSearch(scenario, severity: severity, history: market.history()).run(
      market, named: "one_factor",
      request: SampleRequest(days: 1, seeds: SeedTree(root: 11)), paths: paths)
  }

  @Test func statisticsAreThoseWorkedOutByHand() {
    // Two assets, three days; the market is their mean: 0.1, -0.3, 0.1.
    let moves = MarketMoves(
      dates: 3, assets: 2, components: [.logReturn], values: [0.2, 0, -0.5, -0.1, 0.2, 0])
    let found = ScenarioStatistics(of: moves, phases: [0..<3])
    #expect(abs(found.drawdown - (1 - exp(-0.3))) < 1e-6)
    #expect(abs(found.drift - (exp(-0.1) - 1)) < 1e-6)
    // Deviation of 0.1, -0.3, 0.1 is 0.4/√3.
    #expect(abs(found.volatilities[0] - 0.4 / 3.0.squareRoot() * 252.0.squareRoot()) < 1e-6)
    // (0.2, -0.5, 0.2) and (0, -0.1, 0) move as one.
    #expect(abs(found.correlation - 1) < 1e-6)
    #expect(found.volume.isNaN)
  }

  @Test(arguments: scenarioRegistry.entries, [0.5, 1, 2])
  func everyTemplateIsMet(_ scenario: Scenario, severity: Double) throws {
    try scenario.validate()
    let (panels, outcome) = try Self.run(scenario, severity: severity)
    #expect(panels.count == 2 && panels[0].dates == scenario.horizon)
    #expect(outcome.draws >= 2 && !outcome.rows.isEmpty)
    for row in outcome.rows {
      #expect(abs(row.least - row.target) <= row.tolerance)
      #expect(abs(row.most - row.target) <= row.tolerance)
    }
    // What is told of the paths is true of the panels written.
    let moves = try panels.map { try MarketMoves(of: $0, dates: 0..<$0.dates) }
    let phases = scenario.phaseDays
    // The first day's return is not in the panel, since nothing is before it.
    let last = try #require(phases.last)
    let seen = moves.map {
      ScenarioStatistics(of: $0, phases: [max(1, last.lowerBound)..<last.upperBound])
        .volatilities[0]
    }
    let told = try #require(outcome.rows.last { $0.quantity.hasPrefix("volatility") })
    #expect(seen.allSatisfy { abs($0 - told.target) <= 1.1 * told.tolerance })
  }

  @Test(arguments: ["gfc", "covid", "rate_shock", "vol_spike"])
  func severityIsMonotone(_ name: String) throws {
    let scenario = try scenarioRegistry.require(name)
    var last = (drawdown: 0.0, volatility: 0.0)
    for severity in [0, 0.5, 1, 2, 3] {
      let rows = try Self.run(scenario, severity: severity).outcome.rows
      let drawdown = try #require(rows.first { $0.quantity == "drawdown" }).reached
      let volatility = try #require(rows.last { $0.quantity.hasPrefix("volatility") }).reached
      #expect(drawdown > last.drawdown && volatility > last.volatility)
      last = (drawdown, volatility)
    }
  }

  /// In a market that usually rises, the straight line of the return overtakes the drawdown's.
  @Test(arguments: scenarioRegistry.entries.filter { $0.drawdown != nil })
  func asMuchOfAFallIsMadeUpAgainAsInTheScenario(_ scenario: Scenario) throws {
    let usual = ScenarioStatistics(
      volatilities: [0.12], drawdown: 0.08, drift: 0.2, correlation: 0.3, volume: 1)
    func parts(_ severity: Double) throws -> (loss: Double, gain: Double) {
      let targets = scenario.targets(severity: severity, usual: usual)
      return (-log1p(-(try #require(targets.drawdown))), log1p(try #require(targets.drift)))
    }
    let full = try parts(1)
    #expect(abs(full.gain - log1p(try #require(scenario.drift))) < 1e-12)
    var last = (loss: 0.0, gain: Double.infinity)
    for severity in [0, 0.5, 0.9, 1, 1.1, 2, 3] {
      let now = try parts(severity)
      #expect(now.gain / now.loss >= full.gain / full.loss - 1e-9)
      #expect(now.loss > last.loss && now.gain < last.gain)
      last = now
    }
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let scenario = try scenarioRegistry.require("covid")
    #expect(
      try Self.run(scenario, severity: 1).panels == Self.run(scenario, severity: 1).panels)
  }

  @Test func whatCannotBeReachedIsAnErrorThatSaysHowNearItGot() throws {
    // Days that happened, in another order: no day is worse than the worst.
    let panel = try madeUpPanel(dates: 260, assets: 6, seed: 5)
    let training = try TrainingMarket(whole: panel)
    let entry = try generatorRegistry.require("shuffle")
    let fitted = try entry.fit(
      training, entry.resolve(Data()), GeneratorContext(seeds: SeedTree(root: 1)))
    let search = try ScenarioSearch(
      scenarioRegistry.require("covid"), severity: 3, history: training.stretches.map(\.moves))
    let error = #expect(throws: ScenarioError.self) {
      try search.run(
        fitted, named: "shuffle", request: SampleRequest(days: 1, seeds: SeedTree(root: 1)),
        paths: 2, draws: 5)
    }
    #expect(error?.draws == 5 && error?.found == 0)
    let miss = try #require(error?.misses.first { $0.quantity.hasPrefix("volatility") })
    #expect(miss.nearest < miss.target)
    #expect(error?.description.contains("nearest") == true)
  }

  @Test func whatTheMarketLacksIsSaid() throws {
    let single = OneFactorMarket(assets: 1, hasVolume: false)
    let outcome = try Self.run(
      scenarioRegistry.require("gfc"), severity: 1, market: single
    ).outcome
    #expect(outcome.notApplicable.count == 2)
    #expect(!outcome.rows.contains { ["correlation", "volume"].contains($0.quantity) })
  }

  @Test func worseIsLessPlausible() throws {
    let scenario = try scenarioRegistry.require("gfc")
    let mild = try Self.run(scenario, severity: 0.5).outcome.plausibility
    let harsh = try Self.run(scenario, severity: 2).outcome.plausibility
    #expect(harsh.distance > mild.distance && harsh.shareAsFar <= mild.shareAsFar)
    #expect(harsh.distance > harsh.farthestInHistory)
  }

  /// For independent axes the distance is the length in deviations.
  @Test func distancesAreInDeviations() {
    let points = [[2.0, 0], [-2, 0], [0, 1], [0, -1], [0, 0]]
    let cloud = Ellipsoid(points, shrinkage: 0)
    // Variances 8/4 and 2/4.
    #expect(abs(cloud.distance([(2.0).squareRoot(), 0]) - 1) < 1e-9)
    #expect(abs(cloud.distance([0, 2 * (0.5).squareRoot()]) - 2) < 1e-9)
    #expect(
      abs(cloud.distance([(2.0).squareRoot(), (0.5).squareRoot()]) - 2.0.squareRoot()) < 1e-9)
  }

  @Test func aCustomScenarioIsReadStrictly() throws {
    let scenario = try Scenario(
      json: Data(
        "{ name: 'mine', horizon: 40, drawdown: 0.2, phases: [{share: 1, volatility: 0.3}] }".utf8),
      named: "mine.json5")
    #expect(scenario.horizon == 40 && scenario.drawdown == 0.2 && scenario.drift == nil)
    for text in [
      "{ drawdwon: 0.2 }", "{ drawdown: 1.2 }", "{ horizon: 2 }", "{ fall: [1, 0] }",
      "{ phases: [{share: 0, volatility: 1}] }", "{ drift: -0.5, drawdown: 0.2 }", "[]",
      "", "{}", "{ name: 'nothing', horizon: 40, fall: [0, 0.3] }", "{ drift: NaN }",
      "{ volume: Infinity }",
    ] {
      #expect(throws: SpecError.self) { try Scenario(json: Data(text.utf8), named: "bad") }
    }
    // Targets are named among what is known, given or not.
    let stray = #expect(throws: SpecError.self) {
      try Scenario(json: Data("{ draft: -0.1, horizon: 40 }".utf8), named: "bad")
    }
    for key in ["drift", "drawdown", "correlation", "volume", "phases"] {
      #expect(stray?.description.contains(key) == true)
    }
  }
}
