import Foundation
import Market

/// One asset of the reference market: its constants, its random streams and its volatility.
///
/// Its streams are its own, so that adding assets redraws nobody's noise.
struct SimulatedAsset {
  let beta: Double
  /// Long-run daily deviation of its own noise.
  let ownVolatility: Double
  private(set) var volatility = VolatilityProcess(.asset)
  private var noise: SeedStream
  private var bars: BarSource
  private var close: Double
  /// Long-run daily deviation of its return, the factors included.
  private let usual: Double

  init(_ parameters: ReferenceMarket.Parameters, seeds: SeedTree) {
    var traits = seeds.stream("traits")
    beta = min(2.5, max(0.2, 1 + parameters.betaDispersion * traits.normal()))
    let spread = min(2, max(0.5, exp(0.25 * traits.normal())))
    ownVolatility = parameters.ownVolatility * spread
    close = 50 * exp(0.5 * traits.normal())
    noise = seeds.stream("noise")
    bars = BarSource(seeds: seeds)
    usual = Self.total(
      beta * parameters.marketVolatility, parameters.sectorVolatility, ownVolatility)
  }

  /// Draws the day.
  mutating func next(
    mean: Double, market: FactorReturn, sector: FactorReturn, jump: Double, regime: MarketRegime,
    degreesOfFreedom: Double
  ) -> SimulatedRow {
    let shock = noise.studentT(degreesOfFreedom)
    let deviation = ownVolatility * regime.ownScale * volatility.deviation
    let own = deviation * shock
    volatility.absorb(shock)
    // Limited symmetrically, so that the noise keeps its expectation of zero and prices stay
    // positive: mean > −0.2 and jump > −0.1.
    let noise = min(0.5, max(-0.5, beta * market.value + sector.value + own))
    let simple = mean + noise + beta * jump
    let logReturn = log(1 + simple)
    let total = Self.total(beta * market.deviation, sector.deviation, deviation)
    let bar = bars.next(logReturn: logReturn, volatility: total, usual: usual)
    let prices = bar.prices(after: close)
    close = prices.close
    return SimulatedRow(
      prices: prices, logVolume: log(prices.volume + 1), simpleReturn: simple, ownReturn: own)
  }

  private static func total(_ parts: Double...) -> Double {
    parts.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

/// One simulated day of one asset.
struct SimulatedRow {
  var prices: DailyBar.Prices
  /// ln(volume + 1).
  var logVolume: Double
  var simpleReturn: Double
  /// The part of the return that is the asset's own noise.
  var ownReturn: Double
}

/// A factor's day: its return, and the deviation under which it was drawn.
struct FactorReturn {
  var value: Double
  var deviation: Double
}

/// The noise of the market or of one sector.
struct SimulatedFactor {
  private let usual: Double
  private(set) var volatility: VolatilityProcess
  private var noise: SeedStream

  init(deviation: Double, _ response: VolatilityProcess.Response, noise: SeedStream) {
    usual = deviation
    volatility = VolatilityProcess(response)
    self.noise = noise
  }

  /// The variance of a day in the regime, as it stands.
  func variance(in regime: MarketRegime) -> Double {
    usual * usual * regime.factorScale * regime.factorScale * volatility.variance
  }

  mutating func next(in regime: MarketRegime, degreesOfFreedom: Double) -> FactorReturn {
    let deviation = variance(in: regime).squareRoot()
    let shock = noise.studentT(degreesOfFreedom)
    volatility.absorb(shock)
    return FactorReturn(value: deviation * shock, deviation: deviation)
  }
}
