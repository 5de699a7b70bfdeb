import Foundation
import Market

/// A market on its way: turns windows of innovations into moves, day by day, each day's volatility from
/// the days before it or from the condition asked for.
struct MarketRun {
  private let scale: MarketScale
  private let traits: StaticTraits
  private let level: InnovationLevel
  /// How much of the mean residual is taken off: all of it where these assets are the whole market.
  private let centred: Double
  /// Makes up for the variance that centring takes.
  private let spread: Double

  private var memory = VolatilityFilter.longRun
  private var own: [VolatilityFilter.Memory] = []
  /// Yesterday's log volume beside its level.
  private var volumes: [Double]
  private var regime: MarketCondition.Regime?
  /// The market's returns so far, as many as regimes look back.
  private var history: [Double] = []
  /// Date × asset: deviation of each return of the window at hand.
  private var wholes: [Double] = []
  private var returns: [Double] = []
  /// Asset × day: the window's standardised returns.
  private var standardised: [Float] = []
  /// What is finished: date × asset × component.
  private(set) var values: [Float] = []

  /// An own relative variance beyond this is not believed.
  private static let mostOwn = 25.0

  init(
    _ scale: MarketScale, _ traits: StaticTraits, _ level: InnovationLevel, isFitted: Bool,
    fittedCount: Int
  ) {
    (self.scale, self.traits, self.level) = (scale, traits, level)
    let count = traits.betas.count
    centred = isFitted ? 1 : min(1, Double(count) / Double(max(1, fittedCount)))
    volumes = Array(repeating: 0, count: count)
    spread = Self.spread(traits, centred: centred)
  }

  /// √(Σ variance of residuals / Σ variance of centred ones) by the loadings.
  private static func spread(_ traits: StaticTraits, centred: Double) -> Double {
    let count = traits.betas.count
    let factors = traits.loadings.first?.count ?? 0
    var sums = [Double](repeating: 0, count: factors)
    for asset in 0..<count {
      for index in 0..<factors {
        sums[index] += traits.deviations[asset] * traits.loadings[asset][index] / Double(count)
      }
    }
    // With the mean residual, of each asset; and the variance of that mean.
    let covariances = (0..<count).map { asset in
      let row = traits.loadings[asset]
      let shared = row.reduce(0) { $0 + $1 * $1 }
      let deviation = traits.deviations[asset]
      return deviation * zip(row, sums).reduce(0) { $0 + $1.0 * $1.1 }
        + deviation * deviation * (1 - shared) / Double(count)
    }
    let mean = covariances.reduce(0, +) / Double(max(1, count))
    var (before, after) = (0.0, 0.0)
    for asset in 0..<count {
      let variance = traits.deviations[asset] * traits.deviations[asset]
      let weight = centred * traits.betas[asset]
      before += variance
      after += variance - 2 * weight * covariances[asset] + weight * weight * mean
    }
    return after > 0.05 * before ? (before / after).squareRoot() : 1
  }

  mutating func begin(
    _ memory: VolatilityFilter.Memory, regime: MarketCondition.Regime?
  ) {
    (self.memory, self.regime) = (memory, regime)
    let settled = scale.ownFilter.settled(outside: scale.marketFilter.variance(memory))
    own = Array(repeating: settled, count: traits.betas.count)
  }

  /// Relative volatility and regime as the next day finds them, or as asked for.
  mutating func condition(
    _ given: MarketCondition?
  ) -> (relative: Double, regime: MarketCondition.Regime?) {
    if let given { return (relative(given), given.regime) }
    if history.count >= RegimeThresholds.volatilityDays {
      regime = scale.thresholds?.conditions(of: history).last.flatMap { $0?.regime } ?? regime
    }
    return (free, regime)
  }

  /// Relative volatility as asked for: a number, or what is usual in the regime.
  private func relative(_ given: MarketCondition) -> Double {
    (given.volatility ?? scale.thresholds?.usualVolatility(in: given.regime)).map {
      $0 / scale.deviation
    } ?? 1
  }

  /// Relative volatility from what has happened.
  private var free: Double {
    min(1.5 * scale.wildest, scale.marketFilter.variance(memory).squareRoot())
  }

  /// Returns of so many days of a window: innovations are [days] and [assets, days], as is the answer.
  mutating func advance(
    _ days: Int, market: [Float], residuals: [Float], windowDays: Int,
    regime: MarketCondition.Regime?, given: [MarketCondition]?
  ) -> (standardised: [Float], market: [Float]) {
    let assets = traits.betas.count
    var standardised = [Float](repeating: 0, count: assets * windowDays)
    var innovations = [Float](repeating: 0, count: windowDays)
    (wholes, returns) = ([], [])
    for day in 0..<days {
      // A day of another regime is levelled by its own.
      let place = InnovationLevel.place(given.map { $0[day].regime } ?? regime)
      let relative = given.map { self.relative($0[day]) } ?? free
      let innovation =
        (Double(market[day]) - level.marketMeans[place]) / level.marketWidths[place]
      innovations[day] = Float(innovation)
      let common = relative * scale.deviation
      var residual = [Double](repeating: 0, count: assets)
      var deviations = residual
      var mean = 0.0
      for asset in 0..<assets {
        let variance = scale.ownFilter.variance(own[asset], outside: relative * relative)
        let limit = Self.mostOwn * max(1, relative * relative)
        deviations[asset] = traits.deviations[asset] * min(limit, variance).squareRoot()
        residual[asset] =
          deviations[asset] * spread * Double(residuals[asset * windowDays + day])
        mean += residual[asset] / Double(assets)
      }
      var total = 0.0
      for asset in 0..<assets {
        let beta = traits.betas[asset]
        residual[asset] -= centred * beta * mean
        let excess = beta * common * innovation + residual[asset]
        let whole =
          (beta * beta * common * common + deviations[asset] * deviations[asset]).squareRoot()
        standardised[asset * windowDays + day] = Float(excess / max(1e-12, whole))
        VolatilityFilter.remember(residual[asset] / traits.deviations[asset], in: &own[asset])
        returns.append(scale.drift + excess)
        wholes.append(whole)
        total += excess / Double(assets)
      }
      VolatilityFilter.remember(
        total / scale.deviation, in: &memory, fallFactor: level.fallFactor)
      history.append(scale.drift + total)
    }
    history = history.suffix(RegimeThresholds.drawdownDays + RegimeThresholds.volatilityDays)
    self.standardised = standardised
    return (standardised, innovations)
  }

  /// Adds the window's days to what is finished; `others` are [assets, days, components but returns].
  mutating func finish(_ days: Int, others: [Float], windowDays: Int) {
    let (assets, width) = (traits.betas.count, scale.components.count - 1)
    for day in 0..<days {
      for asset in 0..<assets {
        let cell = day * assets + asset
        values.append(Float(returns[cell]))
        for index in 0..<width {
          let place = asset * windowDays + day
          let other = Double(others[place * width + index])
          if scale.components[index + 1] == .logVolume {
            let move = level.volume?(other, beside: Double(standardised[place])) ?? other
            volumes[asset] =
              traits.volumePersistence * volumes[asset] + traits.volumeDeviations[asset] * move
            values.append(Float(traits.volumeLevels[asset] + volumes[asset]))
          } else {
            values.append(Float(other * scale.componentScales[index] * wholes[cell]))
          }
        }
      }
    }
  }
}
