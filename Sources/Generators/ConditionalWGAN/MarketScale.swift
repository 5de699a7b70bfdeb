import Foundation
import Market

/// Brings a market's moves to one scale and back: what the network need not learn.
///
/// A return is r = μ + β (m − μ) + u; the market's deviation is G = σ g and an asset's own is D = d q, with g
/// and q from `VolatilityFilter`. What is left are innovations F = (m − μ)/G and e = u/D, and the standardised
/// return y = (r − μ)/√(β² G² + D²). A day's scales depend on days before it alone.
struct MarketScale: Sendable, Equatable {
  /// Mean and deviation of the market's daily log returns.
  var drift: Double
  var deviation: Double
  var marketFilter: VolatilityFilter
  /// One for all assets; what comes from outside is the market's relative variance.
  var ownFilter: VolatilityFilter
  var thresholds: RegimeThresholds?
  var traits: StaticTraits
  /// Of the market, for its filter.
  var fallFactor: Double
  /// Beyond returns: root mean square of gap and shadows in units of a day's scale; 1 for volume.
  var componentScales: [Double]
  /// The most the market's relative deviation came to, and what a free sample may reach.
  var wildest: Double
  let components: [MarketComponent]

  /// Standardised values beyond this are data errors more often than moves.
  static let farthest = 10.0
  static let conditionWidth = 4

  /// - Throws: `GeneratorError` for an asset without returns.
  init(fitting market: TrainingMarket, factors: Int) throws {
    let series = market.stretches.map { $0.moves.marketReturns }
    let known = series.joined().filter { !$0.isNaN }
    let drift = known.reduce(0, +) / Double(max(1, known.count))
    let square = known.reduce(0) { $0 + ($1 - drift) * ($1 - drift) }
    deviation = max(1e-6, (square / Double(max(1, known.count))).squareRoot())
    self.drift = drift
    components = market.components
    thresholds = try? RegimeThresholds(
      of: series.map { $0.filter { !$0.isNaN } })
    traits = try StaticTraits(market, drift: drift)
    componentScales = Array(repeating: 1, count: components.count - 1)
    wildest = 1
    let scale = deviation
    let factor = VolatilityFilter.fallFactor(known.map { $0 - drift })
    fallFactor = factor
    marketFilter = VolatilityFilter(
      fitting: series.map { .init(values: $0.map { ($0 - drift) / scale }, fallFactor: factor) })
    ownFilter = VolatilityFilter(weights: [1, 0, 0, 0, 0, 0])
    let sampled = stride(
      from: 0, to: market.universe.count, by: max(1, market.universe.count / 24))
    let foretold = market.stretches.map { marketStates($0.moves) }
    let (traits, deviation) = (traits, deviation)
    ownFilter = VolatilityFilter(
      fitting: zip(market.stretches, foretold).flatMap { stretch, states in
        sampled.map { asset in
          VolatilityFilter.Series(
            values: states.indices.map { date in
              let value = Double(stretch.moves[date, asset, 0]) - drift
              let residual = value - traits.betas[asset] * states[date].innovation * deviation
              return residual / traits.deviations[asset]
            }, outside: states.map(\.variance))
        }
      })
    wildest = foretold.joined().map { $0.variance.squareRoot() }.max() ?? 1
    try learnLoadings(market, most: factors)
    learnComponents(market)
  }

  init(
    drift: Double, deviation: Double, marketFilter: VolatilityFilter,
    ownFilter: VolatilityFilter, thresholds: RegimeThresholds?, traits: StaticTraits,
    fallFactor: Double, componentScales: [Double], wildest: Double,
    components: [MarketComponent]
  ) {
    (self.drift, self.deviation, self.marketFilter) = (drift, deviation, marketFilter)
    (self.ownFilter, self.thresholds, self.traits) = (ownFilter, thresholds, traits)
    (self.componentScales, self.wildest) = (componentScales, wildest)
    self.components = components
    self.fallFactor = fallFactor
  }

  // MARK: - The market

  /// What is known of the market before a date, and what it then does relative to its deviation.
  struct MarketState {
    var memory: VolatilityFilter.Memory
    var variance: Double
    /// NaN where there is no return.
    var innovation: Double
    var regime: MarketCondition.Regime?
  }

  /// One a date of an unbroken stretch.
  func marketStates(_ moves: MarketMoves) -> [MarketState] {
    let returns = moves.marketReturns
    var regimes: [MarketCondition.Regime?] = [nil]
    // Row 0 has no return, and a date's regime is that after the date before.
    if returns.count > 1 {
      regimes += [nil]
      regimes += thresholds?.conditions(of: Array(returns.dropFirst())).map { $0?.regime } ?? []
    }
    var memory = VolatilityFilter.longRun
    return returns.indices.map { date in
      let value = (returns[date] - drift) / deviation
      defer { VolatilityFilter.remember(value, in: &memory, fallFactor: fallFactor) }
      return MarketState(
        memory: memory, variance: marketFilter.variance(memory), innovation: value,
        regime: date < regimes.count ? regimes[date] : nil)
    }
  }

  /// What networks are told of a day: the logarithm of relative volatility, and the regime.
  ///
  /// Both within what training has seen; beyond it the scale acts alone.
  static func condition(
    relative: Double, regime: MarketCondition.Regime?
  ) -> [Float] {
    let level = Float(min(1.2, max(-1.2, log(max(1e-9, relative)))))
    return [
      level, regime == .calm ? 1 : 0, regime == .normal ? 1 : 0, regime == .stress ? 1 : 0,
    ]
  }

  // MARK: - Fitting

  private mutating func learnLoadings(_ market: TrainingMarket, most: Int) throws {
    let assets = market.universe.count
    var (residuals, known) = ([Float](), [Int](repeating: 0, count: assets))
    for stretch in market.stretches {
      let days = StandardDays(stretch.moves, self)
      for date in 1..<days.dates {
        for asset in 0..<assets {
          let value = days.residuals[date * assets + asset]
          if !value.isNaN { known[asset] += 1 }
          residuals.append(value.isNaN ? 0 : min(6, max(-6, value)))
        }
      }
    }
    traits.loadings = try StaticTraits.loadings(
      residuals: residuals, dates: residuals.count / max(1, assets), known: known, most: most)
    traits.take(
      tailWidths: TailShape.ownWidths(
        of: market.stretches.map { StandardDays($0.moves, self) }, traits))
  }

  private mutating func learnComponents(_ market: TrainingMarket) {
    var squares = componentScales.map { _ in 0.0 }
    var counts = squares
    for stretch in market.stretches {
      let days = StandardDays(stretch.moves, self)
      for cell in 0..<days.returns.count {
        for index in squares.indices {
          let value = Double(days.others[cell * squares.count + index])
          if !value.isNaN {
            squares[index] += value * value
            counts[index] += 1
          }
        }
      }
    }
    for index in squares.indices where components[index + 1] != .logVolume {
      componentScales[index] = max(1e-6, (squares[index] / max(1, counts[index])).squareRoot())
    }
  }
}
