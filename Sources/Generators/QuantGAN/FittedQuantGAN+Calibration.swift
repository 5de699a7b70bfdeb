import Market
import Torch

extension FittedQuantGAN {
  static let calibrationDays = 20_000

  init(
    market: FittedMarket, settings: QuantGAN.Hyperparameters, data: GaussianMarket,
    network: PathNetwork, device: Device
  ) {
    self.init(
      market: market, settings: settings, device: device, scale: QuantGANScale(data),
      network: network, assets: nil, factors: ResidualFactors(assets: data.assets))
    fitNotes["delta"] = data.marketTails[0].delta
  }

  /// Turns the first noise the right way, fits the quantile maps and counts what the guard touches.
  mutating func calibrate(to data: GaussianMarket, seeds: SeedTree) throws {
    let request = SampleRequest(days: Self.calibrationDays, seeds: seeds)
    let noise = request.sharedNoise(path: 0, lead: network.lead, width: settings.noise)
    let length = network.lead + request.days
    let input = channelwise(noise, steps: length)
    let drawn = try network.draw(input, batch: 1, days: request.days, device: device)
    let together = (0..<request.days).reduce(0.0) {
      $0 + Double(input[network.lead + $1]) * Double(drawn.path[$1])
    }
    scale.isNegated = together < 0
    if settings.calibrate {
      let days = request.days
      scale.market.maps = (0..<data.width).map { component in
        MarginalMap(
          from: drawn.path[component * days..<(component + 1) * days].map { Double($0) },
          to: GaussianMarket.column(component, of: data.market, data.width))
      }
      if assets != nil { try calibrateAssets(to: data, seeds: seeds) }
    }
    let sampled = try sampleCounting(
      SampleRequest(days: 2000, seeds: seeds.subtree("guard")), path: 0)
    fitNotes["guarded_share"] = Double(sampled.guarded) / Double(sampled.moves.values.count)
  }

  /// Days by which an asset is told from the others.
  static let levelDays = 2000

  /// A level for each asset, and one map for all, since one network makes them all.
  ///
  /// The network may give an asset a mean and a deviation of its own by its traits, or forget to: parts have
  /// mean 0 and deviation 1 by construction. A mean return is left alone: 2,000 days do not tell it.
  private mutating func calibrateAssets(to data: GaussianMarket, seeds: SeedTree) throws {
    guard let assets else { return }
    let (width, days) = (data.width, Self.levelDays)
    let cells = data.assets * width
    var pooled = [[Double]](repeating: [], count: width)
    for first in stride(from: 0, to: data.assets, by: Self.assetsAtOnce) {
      let models = Array(first..<min(data.assets, first + Self.assetsAtOnce))
      let own = try drawAssets(assets, models, days: days, seeds: seeds.subtree("assets"))
      for (row, model) in models.enumerated() {
        for component in 0..<width {
          let start = (row * width + component) * days
          let values = own.path[start..<start + days].map { Double($0) }
          let mean = component == 0 ? 0 : values.reduce(0, +) / Double(days)
          let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(days)
          let level = QuantGANScale.Part.Level(mean: mean, width: max(0.05, square.squareRoot()))
          scale.own[model].levels[component] = level
          // As many values as the map can use, whatever the number of assets.
          let step = max(1, data.assets * days / Self.calibrationDays)
          for place in stride(from: model % step, to: days, by: step) {
            pooled[component].append((values[place] - level.mean) / level.width)
          }
        }
      }
    }
    for component in 0..<width {
      let observed = (0..<data.assets).flatMap { asset in
        GaussianMarket.column(asset * width + component, of: data.own, cells)
      }
      let map = MarginalMap(from: pooled[component], to: observed)
      for asset in scale.own.indices { scale.own[asset].maps[component] = map }
    }
  }

  /// The parts of some assets beside one market path.
  private func drawAssets(
    _ assets: PathNetwork, _ models: [Int], days: Int, seeds: SeedTree
  ) throws -> PathNetwork.Drawn {
    let request = SampleRequest(days: days, seeds: seeds)
    let length = assets.lead + days
    let noise = request.sharedNoise(
      path: 0, lead: network.lead + assets.lead, width: settings.noise)
    let total = network.lead + length
    let input = channelwise(noise, steps: total)
    let market = try network.draw(input, batch: 1, days: length, device: device)
    var touched = 0
    let common = scale.market.mapped(
      market.path, days: length, free: settings.riskNeutral, &touched)
    let traits = AssetTraits(scale.decomposition)
    var rows: [Float] = []
    for model in models {
      var stream = seeds.stream("asset", "\(model)")
      for _ in 0..<settings.noise * length { rows.append(Float(stream.normal())) }
      rows += common.map { Float($0) }
      for trait in traits[model] { rows += Array(repeating: trait, count: length) }
    }
    return try assets.draw(rows, batch: models.count, days: days, device: device)
  }

  /// Step by step → channel by channel.
  private func channelwise(_ noise: [Float], steps: Int) -> [Float] {
    var values = [Float](repeating: 0, count: noise.count)
    for step in 0..<steps {
      for channel in 0..<settings.noise {
        values[channel * steps + step] = noise[step * settings.noise + channel]
      }
    }
    return values
  }
}
