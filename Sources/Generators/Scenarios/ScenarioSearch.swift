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
  public let targets: ScenarioTargets
  private let usual: ScenarioStatistics
  private let plausibility: PlausibilityMeasure
  private let regimes: RegimeThresholds?

  /// Bends of a draw before it is given up, in all and without coming nearer.
  static let attempts = 40
  static let patience = 8

  /// `history` is what the scenario is compared with, unbroken stretches of the market's moves.
  ///
  /// - Throws: `SpecError` for a scenario that makes no sense, `GeneratorError.tooShort` for a history
  ///   without 20 returns in a row.
  public init(_ scenario: Scenario, severity: Double, history: [MarketMoves]) throws {
    try scenario.validate()
    guard severity >= 0, severity <= 3 else {
      throw SpecError.invalid(key: "severity", value: "\(severity)", accepted: "0 to 3")
    }
    (self.scenario, self.severity) = (scenario, severity)
    usual = try ScenarioStatistics.usual(in: history, days: scenario.horizon)
    plausibility = try PlausibilityMeasure(history)
    regimes = try? RegimeThresholds(of: history.map { $0.marketReturns.filter { !$0.isNaN } })
    var targets = scenario.targets(severity: severity, usual: usual)
    if !history.contains(where: { $0.components.contains(.logVolume) }) { targets.volume = nil }
    self.targets = targets
  }

  /// Paths that meet every target, and the account of how.
  ///
  /// `request` says seeds and assets; its days are the scenario's.
  /// - Throws: `ScenarioError` where `draws` draws do not give so many paths.
  public func run(
    _ generator: any FittedGenerator, named id: String, request: SampleRequest, paths: Int,
    draws limit: Int? = nil
  ) throws -> (panels: [Panel], outcome: ScenarioOutcome) {
    let items = targets.items
    var request = request
    request.days = scenario.horizon
    request.conditions = conditions
    let (universe, start) = try generator.market.assets(request)
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
      let badness = items.map { abs($0.value(statistics) - $0.target) / $0.tolerance }.max() ?? 0
      if badness <= 1 {
        panels.append(panel)
        kept.append(moves)
        reached.append(statistics)
      } else if badness < nearest?.badness ?? .infinity || nearest == nil {
        nearest = (badness, statistics)
      }
    }
    guard panels.count == paths else {
      throw ScenarioError(
        scenario: scenario.name, severity: severity, generator: id, draws: draw,
        found: panels.count, wanted: paths,
        misses: items.compactMap { item in
          let value = nearest.map { item.value($0.statistics) } ?? .nan
          return abs(value - item.target) <= item.tolerance
            ? nil : .init(quantity: item.quantity, target: item.target, nearest: value)
        })
    }
    let rows = items.map { item in
      let values = reached.map(item.value)
      return ScenarioOutcome.Row(
        quantity: item.quantity, usual: usualValue(of: item.quantity), target: item.target,
        reached: values.reduce(0, +) / Double(max(1, values.count)),
        least: values.min() ?? .nan, most: values.max() ?? .nan, tolerance: item.tolerance)
    }
    return (
      panels,
      ScenarioOutcome(
        scenario: scenario.name, severity: severity, horizon: scenario.horizon,
        seed: request.seeds.root, paths: paths, draws: draw, rows: rows,
        notApplicable: notApplicable, plausibility: plausibility(kept))
    )
  }

  // MARK: - One draw

  /// Bends a draw until volatility, drawdown and return are met, or as near as it gets.
  private func bend(
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
      let badness = items.map { abs($0.value(statistics) - $0.target) / $0.tolerance }.max() ?? 0
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

  private var conditions: [MarketCondition]? {
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

  private func usualValue(of quantity: String) -> Double? {
    switch quantity {
    case "drawdown": usual.drawdown
    case "return": usual.drift
    case "correlation": usual.correlation
    case "volume": 1
    default: usual.volatilities.first
    }
  }

  private var notApplicable: [String] {
    var lines: [String] = []
    if scenario.correlation != nil, targets.correlation == nil {
      lines.append("correlation: the market has one asset")
    }
    if scenario.volume != nil, targets.volume == nil {
      lines.append("volume: the market has no volume")
    }
    return lines
  }
}

/// How the shared noise of a draw is bent, corrected step by step.
struct Bend {
  /// One a phase: logarithm of the noise's scale.
  private var scales: [Double]
  /// In units of the unscaled noise.
  private var fallShift = 0.0
  private var otherShift = 0.0

  init(phases: Int) { scales = Array(repeating: 0, count: phases) }

  func tilt(phases: [Range<Int>], fall: Range<Int>, days: Int) -> NoiseTilt {
    var tilt = NoiseTilt(
      shift: Array(repeating: Float(otherShift), count: days),
      scale: Array(repeating: 1, count: days))
    for day in fall where day < days { tilt.shift[day] = Float(fallShift) }
    for (phase, scale) in zip(phases, scales) {
      for day in phase where day < days { tilt.scale[day] = Float(exp(scale)) }
    }
    return tilt
  }

  /// One step of a fixed-point search: scales by what volatility lacks, shifts by what is missing
  /// of the fall and of the end, in days of one unit of noise.
  mutating func correct(
    towards targets: ScenarioTargets, from now: ScenarioStatistics, fallDays: Int, otherDays: Int
  ) {
    func limited(_ value: Double, _ most: Double) -> Double { min(most, max(-most, value)) }
    // What a unit of noise does to a day's return: its deviation, at the scale it had.
    var unit = 0.0
    for (index, volatility) in now.volatilities.enumerated() {
      unit += volatility / 252.0.squareRoot() / exp(scales[index]) / Double(scales.count)
    }
    unit = max(unit, 1e-5)
    for (index, target) in targets.volatilities.enumerated() {
      let ratio = target / max(1e-6, now.volatilities[index])
      scales[index] = limited(scales[index] + 0.8 * limited(log(ratio), 0.8), 4)
    }
    if let drawdown = targets.drawdown {
      let missing = log1p(-min(0.999, now.drawdown)) - log1p(-drawdown)
      fallShift = limited(
        fallShift - 0.8 * limited(missing / (Double(fallDays) * unit), 2), 30)
    }
    if let drift = targets.drift {
      let missing = log1p(drift) - log1p(max(-0.999, now.drift))
      // Where there is a drawdown to meet, the fall is its business.
      if targets.drawdown == nil {
        let days = Double(fallDays + otherDays)
        fallShift = limited(fallShift + 0.8 * limited(missing / (days * unit), 2), 30)
      }
      let days = Double(targets.drawdown == nil ? fallDays + otherDays : max(1, otherDays))
      otherShift = limited(otherShift + 0.8 * limited(missing / (days * unit), 2), 30)
    }
  }
}
