import Market

/// The reference market between two days: regime, factors and assets, with their streams.
struct MarketState {
  private let parameters: ReferenceMarket.Parameters
  private let groups: SectorGroups
  private(set) var regime = MarketRegime.normal
  private var switches: SeedStream
  private var market: SimulatedFactor
  private var sectors: [SimulatedFactor]
  private var assets: [SimulatedAsset]
  /// Variance of the betas across the assets.
  private let betaVariance: Double

  init(_ parameters: ReferenceMarket.Parameters, _ groups: SectorGroups) {
    self.parameters = parameters
    self.groups = groups
    let seeds = SeedTree(root: UInt64(parameters.seed)).subtree("reference market")
    switches = seeds.stream("regime")
    market = SimulatedFactor(
      deviation: parameters.marketVolatility, .market, noise: seeds.stream("market"))
    sectors = (0..<parameters.sectors).map {
      SimulatedFactor(
        deviation: parameters.sectorVolatility, .sector, noise: seeds.stream("sector", "\($0)"))
    }
    let assets = (0..<parameters.assets).map {
      SimulatedAsset(parameters, seeds: seeds.subtree("asset", "\($0)"))
    }
    let mean = assets.reduce(0) { $0 + $1.beta } / Double(assets.count)
    betaVariance =
      assets.reduce(0) { $0 + ($1.beta - mean) * ($1.beta - mean) } / Double(assets.count)
    self.assets = assets
  }

  /// How wide the cross-section is on an ordinary day, against its deviation.
  ///
  /// Less than 1, as the tails are heavy. Measured, so that a strength comes out as itself.
  private static let ordinaryWidth = 0.95

  /// The market drift expected `delay` days from now, the same for every asset.
  var expectedDrift: Double {
    regime.expectedDrift(after: parameters.delay, crisisRate: parameters.crisisRate)
  }

  /// Draws the next day around the means given, which were fixed `delay` days ago.
  mutating func next(means: [Double]) -> [SimulatedRow] {
    let jump = nextRegime()
    let tails = parameters.degreesOfFreedom
    let marketReturn = market.next(in: regime, degreesOfFreedom: 2 * tails)
    var sectorReturns: [FactorReturn] = []
    for index in sectors.indices {
      sectorReturns.append(sectors[index].next(in: regime, degreesOfFreedom: 2 * tails))
    }
    var rows: [SimulatedRow] = []
    rows.reserveCapacity(assets.count)
    for index in assets.indices {
      rows.append(
        assets[index].next(
          mean: means[index], market: marketReturn, sector: sectorReturns[groups.sector[index]],
          jump: jump, regime: regime, degreesOfFreedom: tails))
    }
    return rows
  }

  /// The means of the day `delay` days ahead: drift plus weighted parts.
  ///
  /// Limited to ±0.2, far beyond what the strengths allow in an ordinary market.
  func means(from parts: [[Double]]) -> [Double] {
    let width = Self.ordinaryWidth * crossSectionalDeviation
    let drift = expectedDrift
    let weights = parameters.strength.weights
    return assets.indices.map { asset in
      let score = zip(weights, parts).reduce(0) { $0 + $1.0 * $1.1[asset] }
      return min(0.2, max(-0.2, drift + width * score))
    }
  }

  /// The deviation across assets that the returns of the next day would have in this regime.
  ///
  /// It turns a strength into an information coefficient that hardly depends on volatility.
  private var crossSectionalDeviation: Double {
    let scale = regime.ownScale * regime.ownScale
    let own = assets.reduce(0) {
      $0 + $1.ownVolatility * $1.ownVolatility * scale * $1.volatility.variance
    }
    let sector = sectors.reduce(0) { $0 + $1.variance(in: regime) }
    let distinct = 1 - 1 / Double(sectors.count)
    let variance =
      own / Double(assets.count) + distinct * sector / Double(sectors.count)
      + betaVariance * market.variance(in: regime)
    return variance.squareRoot()
  }

  /// Moves to the next regime.
  ///
  /// - Returns: The market's fall at the outbreak of a crisis, less what was to be expected of it,
  ///   so that its expectation given the day before is zero.
  private mutating func nextRegime() -> Double {
    let before = regime
    let rate = parameters.crisisRate
    regime = before.next(crisisRate: rate, uniform: switches.uniform())
    guard before == .normal else { return 0 }
    return (regime == .crisis ? MarketRegime.outbreak : 0) - rate * MarketRegime.outbreak
  }
}
