import Foundation
import Market

extension ScenarioSearch {
  /// Bends of a draw before it is given up, in all and without coming nearer.
  static let attempts = 40
  static let patience = 8

  /// Bends a draw until volatility, drawdown and return are met, or as near as it gets.
  func bend(
    _ generator: any FittedGenerator, _ request: SampleRequest, draw: Int
  ) throws -> (MarketMoves, ScenarioStatistics) {
    let (phases, fall) = (scenario.phaseDays, scenario.fallDays)
    let items = targets.items.filter { $0.quantity != "correlation" && $0.quantity != "volume" }
    var bend = Bend(phases: phases.count)
    var best: (badness: Double, moves: MarketMoves, statistics: ScenarioStatistics)?
    var idle = 0
    for _ in 0..<Self.attempts where idle < Self.patience {
      var request = request
      request.tilt = bend.tilt(phases: phases, fall: fall, days: scenario.horizon)
      let moves = try generator.sample(request, path: draw)
      let statistics = ScenarioStatistics(of: moves, phases: phases)
      let badness = statistics.badness(items)
      idle += 1
      if best == nil || badness < best?.badness ?? .infinity {
        if badness < 0.97 * (best?.badness ?? .infinity) { idle = 0 }
        best = (badness, moves, statistics)
      }
      // Well inside the tolerance, so that correlation and volume have room.
      if badness < 0.7 { break }
      bend.correct(
        towards: targets, from: statistics, fallDays: fall.count,
        otherDays: scenario.horizon - fall.count)
    }
    guard let best else { return (try generator.sample(request, path: draw), usual) }
    return (best.moves, best.statistics)
  }

  var conditions: [MarketCondition]? {
    guard !targets.volatilities.isEmpty else { return nil }
    var conditions: [MarketCondition] = []
    for (days, volatility) in zip(scenario.phaseDays, targets.volatilities) {
      let daily = volatility / 252.0.squareRoot()
      let regime: MarketCondition.Regime =
        regimes.map {
          daily > $0.stressVolatility ? .stress : daily < $0.calmVolatility ? .calm : .normal
        } ?? .normal
      conditions += Array(
        repeating: MarketCondition(regime: regime, volatility: daily), count: days.count)
    }
    return conditions.count == scenario.horizon ? conditions : nil
  }
}
