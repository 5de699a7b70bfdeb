import Datasets
import Foundation
import Market
import Networks
import Synchronization
import Torch

/// Counts what the guard holds back, over all samples of a generator.
private final class HeldValues: Sendable {
  private let values = Mutex(0)

  var count: Int { values.withLock { $0 } }

  func add(_ count: Int) { values.withLock { $0 += count } }
}

/// A trained Quant GAN, ready to be asked for paths.
struct FittedQuantGAN: FittedGenerator {
  static let assetsAtOnce = 16

  let market: FittedMarket
  let settings: QuantGAN.Hyperparameters
  let device: Device
  var scale: QuantGANScale
  /// Makes the market's path.
  let network: PathNetwork
  /// Makes the assets' own parts; absent where there is one asset.
  var assets: PathNetwork?
  var factors: ResidualFactors
  /// Of the fit.
  var fitNotes: [String: Double] = [:]
  private let held = HeldValues()

  /// Of the fit, and how many values of all samples so far the guard held back.
  var notes: [String: Double] {
    fitNotes.merging(["guarded_values": Double(held.count)]) { _, count in count }
  }

  private var width: Int { market.components.count }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    let (moves, guarded) = try sampleCounting(request, path: path)
    held.add(guarded)
    return moves
  }

  /// A path, and how many of its values the guard held back.
  func sampleCounting(
    _ request: SampleRequest, path: Int
  ) throws -> (moves: MarketMoves, guarded: Int) {
    try request.validate()
    // The assets' network reads the market for as long as it reads its own noise.
    let before = assets?.lead ?? 0
    let length = before + request.days
    let sharedWidth = settings.noise + factors.count
    let shared = request.sharedNoise(
      path: path, lead: network.lead + before, width: sharedWidth)
    var input = [Float](repeating: 0, count: settings.noise * (network.lead + length))
    for step in 0..<network.lead + length {
      for channel in 0..<settings.noise {
        let sign: Float = channel == 0 && scale.isNegated ? -1 : 1
        input[channel * (network.lead + length) + step] =
          sign * shared[step * sharedWidth + channel]
      }
    }
    let drawn = try network.draw(
      input, batch: 1, days: length, most: mostVolatility, device: device)
    var guarded = 0
    let common = scale.market.mapped(drawn.path, days: length, free: isFree, &guarded)
    let models =
      request.assets == .fitted
      ? Array(0..<market.universe.count) : market.newAssetModels(request)
    var moves = MarketMoves(
      dates: request.days, assets: models.count, components: market.components,
      values: Array(repeating: 0, count: request.days * models.count * width))
    for first in stride(from: 0, to: models.count, by: Self.assetsAtOnce) {
      let chunk = Array(first..<min(models.count, first + Self.assetsAtOnce))
      let own = try assets.map { network in
        try network.draw(
          assetInput(
            chunk, models, request, path, common: common, shared: shared, length: length),
          batch: chunk.count, days: request.days, most: mostVolatility, device: device)
      }
      for (row, asset) in chunk.enumerated() {
        put(
          asset, model: models[asset], row: row, market: drawn, own: own, common: common,
          length: length, in: &moves, &guarded)
      }
    }
    return (moves, guarded)
  }

  /// A normal return is not cut: its exponential would lose its mean.
  private var isFree: Bool { settings.riskNeutral }
  /// Volatility is cut instead: Gaussianised returns have a volatility of about 1.
  private var mostVolatility: Double? { settings.riskNeutral ? 10 : nil }

  /// What the assets' network reads: noise, the market's path, traits; one row an asset.
  private func assetInput(
    _ chunk: [Int], _ models: [Int], _ request: SampleRequest, _ path: Int, common: [Double],
    shared: [Float], length: Int
  ) throws -> [Float] {
    let traits = AssetTraits(scale.decomposition)
    let sharedWidth = settings.noise + factors.count
    let skipped = shared.count / sharedWidth - length
    var input: [Float] = []
    input.reserveCapacity(
      chunk.count * (settings.noise + width + AssetTraits.count) * length)
    for asset in chunk {
      let model = models[asset]
      var stream = request.seeds(path: path).stream("asset", "\(asset)")
      for step in 0..<length {
        var value = factors.own[model] * stream.normal()
        for factor in 0..<factors.count {
          value +=
            factors.loadings[model * factors.count + factor]
            * Double(shared[(skipped + step) * sharedWidth + settings.noise + factor])
        }
        input.append(Float(value))
      }
      for _ in 1..<max(1, settings.noise) {
        for _ in 0..<length { input.append(Float(stream.normal())) }
      }
      input += common.map { Float($0) }
      for trait in traits[model] { input += Array(repeating: trait, count: length) }
    }
    return input
  }

  /// Writes an asset's moves from the market's path and its own part.
  private func put(
    _ asset: Int, model: Int, row: Int, market drawn: PathNetwork.Drawn,
    own: PathNetwork.Drawn?, common: [Double], length: Int, in moves: inout MarketMoves,
    _ guarded: inout Int
  ) {
    let (days, skipped) = (moves.dates, length - moves.dates)
    var parts: [Double] = []
    if let own {
      let values = Array(own.path[row * width * days..<(row + 1) * width * days])
      parts = scale.own[model].mapped(values, days: days, free: isFree, &guarded)
    }
    for day in 0..<days {
      for component in 0..<width {
        let shared = scale.market.tails[component].restored(
          common[component * length + skipped + day])
        let separate =
          own == nil
          ? 0 : scale.own[model].tails[component].restored(parts[component * days + day])
        moves[day, asset, component] = Float(
          scale.decomposition.move(
            asset: model, component: component, market: shared, own: separate))
      }
      guard settings.riskNeutral else { continue }
      // Wiese et al. (2020), section 6: both innovations are normal and independent, given the past.
      let cell = model * width
      let b = scale.decomposition.loadings[cell] * scale.market.tails[0].scale
      var innovation = b * Double(drawn.innovation[skipped + day])
      var variance = pow(b * Double(drawn.volatility[skipped + day]), 2)
      if let own {
        let s = scale.decomposition.scales[cell] * scale.own[model].tails[0].scale
        innovation += s * Double(own.innovation[row * days + day])
        variance += pow(s * Double(own.volatility[row * days + day]), 2)
      }
      moves[day, asset, 0] = Float(settings.rate + innovation - variance / 2)
    }
  }
}
