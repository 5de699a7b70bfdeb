import Datasets
import Foundation
import Market
import Networks
import Torch

/// Networks that make windows of innovations, and the scale that makes them returns.
struct FittedConditionalWGAN: FittedGenerator {
  let market: FittedMarket
  let scale: MarketScale
  let generator: WindowGenerator
  let level: InnovationLevel
  let starts: StartingStates
  let device: Device
  var notes: [String: Double]

  /// Windows one after the other, each under the condition that those before it have left.
  ///
  /// Within a window volatility moves on from day to day as well: only what the networks are told is
  /// of the window's first day. A path begins in the state of a training date drawn at random.
  /// - Complexity: O(days × assets).
  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    try request.validate()
    let models = market.newAssetModels(request)
    let isFitted = request.assets == .fitted
    let traits = isFitted ? scale.traits : scale.traits.picking(models)
    var run = MarketRun(
      scale, traits, level, isFitted: isFitted, fittedCount: market.universe.count)
    let seeds = request.seeds(path: path)
    var stream = seeds.stream("start")
    let start = min(
      starts.memories.count - 1, Int(stream.uniform() * Double(starts.memories.count)))
    run.begin(starts.memories[start], regime: InnovationLevel.regimes[starts.regimes[start]])
    let shape = generator.shape
    let shared = request.sharedNoise(path: path, width: shape.sharedWidth)
    let assets = traits.betas.count
    for (index, first) in stride(from: 0, to: request.days, by: shape.days).enumerated() {
      let days = min(shape.days, request.days - first)
      var common = Array(
        shared[first * shape.sharedWidth..<(first + days) * shape.sharedWidth])
      common += Array(repeating: 0, count: (shape.days - days) * shape.sharedWidth)
      var own = seeds.stream("own", "\(index)")
      let noise = try WindowNoise(
        batch: 1, assets: assets, shape, shared: common, using: &own, device: device)
      let given = request.conditions.map { Array($0[first..<first + days]) }
      let (relative, regime) = run.condition(given?.first)
      let about = try WindowConditions(
        condition: [MarketScale.condition(relative: relative, regime: regime)],
        assets: [Array(0..<assets)], of: traits,
        shares: Array(repeating: 0, count: assets * shape.days), days: shape.days, device: device)
      try withoutGrad {
        let made = try level.levelled(
          generator.innovations(noise, about), regime, on: device)
        let returns = run.advance(
          days, market: try made.market.contiguous().floats(),
          residuals: try WindowGenerator.residuals(made, about).contiguous().floats(),
          windowDays: shape.days, regime: regime, given: given)
        let others = try generator.bars(
          returns: Tensor(returns.standardised, shape: [1, assets, shape.days], device: device),
          market: Tensor(returns.market, shape: [1, shape.days], device: device), noise, about)
        run.finish(days, others: try others?.contiguous().floats() ?? [], windowDays: shape.days)
      }
    }
    return MarketMoves(
      dates: request.days, assets: assets, components: market.components, values: run.values)
  }

  func parameters() throws -> StoredParameters {
    var parameters = StoredParameters()
    parameters.add(try generator.state(), under: "generator")
    scale.describe(in: &parameters)
    func add(_ name: String, _ values: [Double]) {
      parameters.arrays[name] = .init(shape: [values.count], values: values)
    }
    add("level.market_means", level.marketMeans)
    add("level.market_widths", level.marketWidths)
    add("level.residual_widths", level.residualWidths.flatMap { $0 })
    add("level.fall_factor", [level.fallFactor])
    if let volume = level.volume { add("level.volume", volume.made + volume.real + [volume.width]) }
    add("starts.memories", starts.memories.flatMap { $0 })
    add("starts.regimes", starts.regimes.map(Double.init))
    for (name, value) in notes { add("notes.\(name)", [value]) }
    return parameters
  }
}

extension ConditionalWGAN {
  static func restore(
    _ parameters: StoredParameters, of market: FittedMarket, _ hyperparameters: Hyperparameters,
    on device: Device
  ) throws -> any FittedGenerator {
    try VolumeResponse.around(parameters, of: market, for: id) {
      try restore(networks: $0, of: market, hyperparameters, on: device)
    }
  }

  private static func restore(
    networks parameters: StoredParameters, of market: FittedMarket,
    _ hyperparameters: Hyperparameters, on device: Device
  ) throws -> FittedConditionalWGAN {
    let stored = StoredScale(parameters, market: market)
    let scale = try stored.scale()
    var stream = SeedStream(seed: 0)
    let generator = try WindowGenerator(
      shape(scale, hyperparameters), using: &stream, device: device)
    do {
      try generator.load(parameters.state(under: "generator"))
    } catch let error as StateError {
      throw GeneratorError.stored(generator: id, reason: error.description)
    }
    let regimes = InnovationLevel.regimes.count
    let places = try stored.array("starts.regimes").map { Int(exactly: $0) ?? -1 }
    let memories = try stored.array(
      "starts.memories", count: places.count * VolatilityFilter.memories.count)
    guard !places.isEmpty, places.allSatisfy({ (0..<regimes).contains($0) }) else {
      throw GeneratorError.stored(generator: id, reason: "'starts.regimes' names no regime")
    }
    let width = VolatilityFilter.memories.count
    let parts = generator.shape.factors + 1
    let widths = try stored.array("level.residual_widths", count: regimes * parts)
    let hasVolume = market.components.contains(.logVolume)
    let volume = hasVolume ? try stored.array("level.volume", count: 5) : []
    var notes: [String: Double] = [:]
    for (name, array) in parameters.arrays where name.hasPrefix("notes.") {
      notes[String(name.dropFirst("notes.".count))] = array.values.first
    }
    return FittedConditionalWGAN(
      market: market, scale: scale, generator: generator,
      level: InnovationLevel(
        marketMeans: try stored.array("level.market_means", count: regimes),
        marketWidths: try stored.array("level.market_widths", count: regimes),
        residualWidths: (0..<regimes).map { Array(widths[$0 * parts..<($0 + 1) * parts]) },
        fallFactor: try stored.array("level.fall_factor", count: 1)[0],
        volume: hasVolume
          ? VolumeLevel(
            made: Array(volume[0..<2]), real: Array(volume[2..<4]), width: volume[4]) : nil),
      starts: StartingStates(
        memories: places.indices.map { Array(memories[$0 * width..<($0 + 1) * width]) },
        regimes: places), device: device, notes: notes)
  }
}
