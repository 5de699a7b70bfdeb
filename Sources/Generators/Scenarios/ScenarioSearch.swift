import Foundation
import Market

/// Finds paths of a fitted generator on which a scenario comes true.
///
/// Each draw of shared noise is bent until the path meets its targets: scaled phase by phase for the
/// volatility, shifted during the fall for the drawdown and outside of it for the return. Generators
/// with conditions are told the volatility and regime as well. A draw that cannot be bent far enough is passed over
/// for the next (selection). Two targets are set on the finished path instead of searched: correlation,
/// by stretching each asset's distance from the market by one factor, which leaves the market as it
/// is; and volume, by a factor to its level.
public struct ScenarioSearch {
  public let scenario: Scenario
  public let severity: Double
  public private(set) var targets: ScenarioTargets
  let usual: ScenarioStatistics
  let plausibility: PlausibilityMeasure
  let regimes: RegimeThresholds?

  /// `history` is what the scenario is compared with, unbroken stretches of the market's moves; `learnt` the part of
  /// it that the generator was fitted to, which regimes are told by: all of it where that is not said.
  ///
  /// - Throws: `SpecError` for a scenario that makes no sense, `GeneratorError.tooShort` for a history
  ///   without 20 returns in a row.
  public init(
    _ scenario: Scenario, severity: Double, history: [MarketMoves], learnt: [MarketMoves]? = nil
  ) throws {
    try scenario.validate()
    guard severity >= 0, severity <= 3 else {
      throw SpecError.invalid(key: "severity", value: "\(severity)", accepted: "0 to 3")
    }
    (self.scenario, self.severity) = (scenario, severity)
    usual = try ScenarioStatistics.usual(in: history, days: scenario.horizon)
    plausibility = try PlausibilityMeasure(history)
    regimes = try? RegimeThresholds(
      of: (learnt ?? history).map { $0.marketReturns.filter { !$0.isNaN } })
    var targets = scenario.targets(severity: severity, usual: usual)
    if !history.contains(where: { $0.components.contains(.logVolume) }) { targets.volume = nil }
    self.targets = targets
  }

  /// Paths that meet every target, and the account of how.
  ///
  /// `request` says seeds and assets; its days are the scenario's.
  /// - Throws: `ScenarioError` where `draws` draws do not give so many paths; `SpecError` where none of the
  ///   targets applies.
  public func run(
    _ generator: any FittedGenerator, named id: String, request: SampleRequest, paths: Int,
    draws limit: Int? = nil
  ) throws -> (panels: [Panel], outcome: ScenarioOutcome) {
    var request = request
    request.days = scenario.horizon
    request.conditions = conditions
    let (universe, start) = try generator.market.assets(request)
    if universe.count == 1, targets.correlation != nil {
      var alone = self
      alone.targets.correlation = nil
      return try alone.run(generator, named: id, request: request, paths: paths, draws: limit)
    }
    guard !targets.items.isEmpty else {
      throw SpecError.invalid(
        key: "scenario", value: "'\(scenario.name)'",
        accepted: "one with a target that this market can have; "
          + notApplicable.joined(separator: "; "))
    }
    let calendar = TradingCalendar.weekdays(
      from: TradingDate(daysSinceEpoch: generator.market.lastDate.daysSinceEpoch + 1),
      count: scenario.horizon)
    var (panels, kept, reached) = ([Panel](), [MarketMoves](), [ScenarioStatistics]())
    var nearest: (badness: Double, statistics: ScenarioStatistics)?
    var draw = 0
    let limit = limit ?? 50 + 20 * paths
    while panels.count < paths, draw < limit {
      var (moves, statistics) = try bend(generator, request, draw: draw)
      draw += 1
      if let correlation = targets.correlation {
        moves = moves.withMeanCorrelation(correlation)
        statistics.correlation = ScenarioStatistics.meanCorrelation(moves)
      }
      var panel = try moves.panel(from: start, calendar: calendar, universe: universe)
      if let volume = targets.volume {
        (panel, statistics.volume) = try panel.withVolume(volume, start: start)
      }
      let badness = statistics.badness(targets.items)
      if badness <= 1 {
        panels.append(panel)
        kept.append(moves)
        reached.append(statistics)
      } else if badness < nearest?.badness ?? .infinity || nearest == nil {
        nearest = (badness, statistics)
      }
    }
    guard panels.count == paths else {
      throw miss(
        by: id, draws: draw, found: panels.count, wanted: paths, nearest: nearest?.statistics)
    }
    return (
      panels,
      outcome(of: reached, kept, seed: request.seeds.root, draws: draw)
    )
  }
}
