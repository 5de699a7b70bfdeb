import Market
import Torch

/// Mean and width of what the trained generator makes, by regime.
///
/// Samples are brought to mean 0 and width 1 by it, so that a day's volatility is what its condition
/// says, and feeding volatility back neither grows nor dies out.
struct InnovationLevel: Sendable, Equatable {
  /// One for the unknown regime, then for calm, normal and stress.
  var marketMeans: [Double]
  var marketWidths: [Double]
  /// As `MarketScale.fallFactor`, of what the generator makes: its falls count as often as they should.
  var fallFactor: Double
  /// A row a regime: of each factor, then of what is an asset's own.
  var residualWidths: [[Double]]
  /// Absent where there are no volumes.
  var volume: VolumeLevel?

  static let regimes: [MarketCondition.Regime?] = [nil, .calm, .normal, .stress]
  /// Fewer windows of a regime say nothing of it.
  static let fewest = 8
  static let most = 512

  static func place(_ regime: MarketCondition.Regime?) -> Int {
    regimes.firstIndex(of: regime) ?? 0
  }

  init(
    marketMeans: [Double], marketWidths: [Double], residualWidths: [[Double]], fallFactor: Double,
    volume: VolumeLevel? = nil
  ) {
    (self.marketMeans, self.marketWidths) = (marketMeans, marketWidths)
    (self.residualWidths, self.fallFactor) = (residualWidths, fallFactor)
    self.volume = volume
  }

  /// Measured under the conditions of training windows, with noise of its own that is always the same.
  init(of generator: WindowGenerator, _ sampler: WindowSampler, on device: Device) throws {
    let batch = try sampler.even(Self.most, device: device)
    let (count, assets) = (batch.windows.shape[0], batch.windows.shape[1])
    let days = sampler.days
    var stream = SeedStream(seed: 0x1e7e1)
    let noise = try WindowNoise(
      batch: count, assets: assets, generator.shape, using: &stream, device: device)
    let made = try withoutGrad { try generator.innovations(noise, batch.about) }
    var volume: VolumeLevel?
    if let place = generator.shape.others.firstIndex(of: .logVolume) {
      volume = VolumeLevel(
        made: try withoutGrad { try generator(noise, batch.about).contiguous().floats() },
        real: batch.values, shape: batch.windows.shape, volume: 1 + place,
        persistence: sampler.traits.volumePersistence)
    }
    let market = try made.market.contiguous().floats().map(Double.init)
    let factors = try made.factors.contiguous().floats().map(Double.init)
    let own = try made.own.contiguous().floats().map(Double.init)
    let factorCount = generator.shape.factors
    let told = try batch.about.condition.floats()
    let width = MarketScale.conditionWidth
    let regimes = (0..<count).map { item in
      (1..<width).first { told[item * width + $0] > 0 } ?? 0
    }
    let centre = market.reduce(0, +) / Double(max(1, market.count))
    self.init(
      marketMeans: [], marketWidths: [], residualWidths: [],
      fallFactor: VolatilityFilter.fallFactor(market.map { $0 - centre }), volume: volume)
    for regime in Self.regimes.indices {
      var items = regimes.indices.filter { regimes[$0] == regime }
      if items.count < Self.fewest { items = Array(regimes.indices) }
      let values = items.flatMap { market[$0 * days..<($0 + 1) * days] }
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      marketMeans.append(mean)
      marketWidths.append(max(0.05, (square / Double(max(1, values.count))).squareRoot()))
      func width(_ values: [Double]) -> Double {
        let square = values.reduce(0) { $0 + $1 * $1 } / Double(max(1, values.count))
        return max(0.05, square.squareRoot())
      }
      residualWidths.append(
        (0..<factorCount).map { factor in
          width(
            items.flatMap { item in
              (0..<days).map { factors[(item * days + $0) * factorCount + factor] }
            })
        } + [width(items.flatMap { own[$0 * assets * days..<($0 + 1) * assets * days] })])
    }
  }

  /// Factors and own innovations brought to width 1.
  func levelled(
    _ made: WindowGenerator.Innovations, _ regime: MarketCondition.Regime?, on device: Device
  ) throws -> WindowGenerator.Innovations {
    let widths = residualWidths[Self.place(regime)]
    let own = widths.last ?? 1
    let factors = try Tensor(
      widths.dropLast().map { Float($0) }, shape: [widths.count - 1], device: device)
    return .init(
      market: made.market, factors: try made.factors / factors, own: try made.own / own)
  }
}
