import Foundation
import Market

/// A market in which nothing can be predicted: independent returns, the same law every day.
///
/// Candles and volume are drawn as in the reference market, from the return of their own day only.
/// Whoever scores here has found a leak.
enum NoiseMarket: SimulatedMarket {
  /// What the noise market is made from; every key may be left out.
  struct Parameters: Codable, Sendable, Equatable {
    var seed = 20_240_229
    var assets = 64
    var dates = 1000
    /// Daily deviation of every asset, as a simple return.
    var volatility = 0.02
    /// Degrees of freedom of the Student-t returns.
    var degreesOfFreedom = 5.0
  }

  static let id = "noise"
  static let summary = "simulated independent returns without any signal, for the leakage audit"
  static let defaults = Parameters()

  static func validate(_ parameters: Parameters) throws(SpecError) {
    let p = parameters
    try SimulationRange.size(seed: p.seed, assets: p.assets, dates: p.dates)
    try SimulationRange.check("volatility", p.volatility, in: 0.001...0.1)
    try SimulationRange.check("degreesOfFreedom", p.degreesOfFreedom, in: 2.5...100)
  }

  static func make(_ parameters: Parameters) throws -> Dataset {
    try validate(parameters)
    var builder = try PanelBuilder(assets: parameters.assets, dates: parameters.dates)
    let seeds = SeedTree(root: UInt64(parameters.seed)).subtree("noise market")
    var assets = (0..<parameters.assets).map { Asset(seeds: seeds.subtree("asset", "\($0)")) }
    for _ in 0..<parameters.dates {
      for index in assets.indices { builder.append(assets[index].next(parameters)) }
    }
    let cells = parameters.assets * parameters.dates
    return Dataset(
      name: id, title: "Noise (simulated, seed \(parameters.seed))", isSimulated: true,
      panel: try builder.panel(),
      truth: ExpectedReturns(
        dates: parameters.dates, assets: parameters.assets, delay: parameters.dates,
        daily: Array(repeating: 0, count: cells), observed: builder.observed))
  }

  private struct Asset {
    private var noise: SeedStream
    private var bars: BarSource
    private var close = 50.0

    init(seeds: SeedTree) {
      noise = seeds.stream("noise")
      bars = BarSource(seeds: seeds)
    }

    mutating func next(_ parameters: Parameters) -> DailyBar.Prices {
      // ±8 deviations of at most 0.1 keep the price positive, and the mean at zero.
      let simple = parameters.volatility * noise.studentT(parameters.degreesOfFreedom)
      let bar = bars.next(
        logReturn: log(1 + simple), volatility: parameters.volatility,
        usual: parameters.volatility)
      let prices = bar.prices(after: close)
      close = prices.close
      return prices
    }
  }
}
