import Foundation
import Market

/// What tells the assets of a market apart, estimated on training stretches alone.
struct StaticTraits: Sendable, Equatable {
  /// Against the mean over assets, in which they average to 1.
  var betas: [Double]
  /// Of what is left of an asset's log returns beside the market's; above 0.
  var deviations: [Double]
  /// Asset × factor: what it has of the residual factors, in units of its own deviation.
  var loadings: [[Double]] = []
  /// κ of the log-normal width of an asset's own innovations; see `TailShape`.
  var tailWidths: [Double] = []
  /// Asset × feature, what networks are told: beta, volatility, sector, width of tails.
  var features: [[Float]] = []
  /// Mean and deviation of an asset's log volume; the deviation is of what yesterday's left open.
  var volumeLevels: [Double]
  var volumeDeviations: [Double]
  /// First autocorrelation of log volume, of all assets together.
  var volumePersistence: Double

  /// Sectors with a feature of their own; the rarer ones share none.
  static let mostSectors = 12

  /// - Throws: `GeneratorError.emptyAsset` for an asset without a return.
  init(_ market: TrainingMarket, drift: Double) throws(GeneratorError) {
    let count = market.universe.count
    var (products, squares) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    var known = [Int](repeating: 0, count: count)
    let series = market.stretches.map { $0.moves.marketReturns }
    func eachReturn(_ body: (_ asset: Int, _ value: Double, _ market: Double) -> Void) {
      for (stretch, returns) in zip(market.stretches, series) {
        for date in returns.indices where !returns[date].isNaN {
          for asset in 0..<count {
            let value = Double(stretch.moves[date, asset, 0])
            if !value.isNaN { body(asset, value - drift, returns[date] - drift) }
          }
        }
      }
    }
    eachReturn { asset, value, market in
      products[asset] += value * market
      squares[asset] += market * market
      known[asset] += 1
    }
    if let empty = known.firstIndex(of: 0) {
      throw .emptyAsset(market.universe.assets[empty], for: "'\(ConditionalWGAN.id)'")
    }
    // A few returns say little: beta is drawn to 1 as by 10 days of that kind.
    let usual = squares.reduce(0, +) / Double(max(1, known.reduce(0, +)))
    let betas = products.indices.map {
      (products[$0] + 10 * usual) / max(1e-12, squares[$0] + 10 * usual)
    }
    self.betas = betas
    var residuals = [Double](repeating: 0, count: count)
    var totals = [Double](repeating: 0, count: count)
    eachReturn { asset, value, market in
      let residual = value - betas[asset] * market
      residuals[asset] += residual * residual
      totals[asset] += value * value
    }
    let pooled = (residuals.reduce(0, +) / Double(known.reduce(0, +))).squareRoot()
    deviations = residuals.indices.map {
      let own = ((residuals[$0] + 5 * pooled * pooled) / Double(known[$0] + 5)).squareRoot()
      return max(own, 1e-3 * (totals[$0] / Double(known[$0])).squareRoot(), 1e-7)
    }
    (volumeLevels, volumeDeviations, volumePersistence) = Self.volumes(market)
    features = features(of: market.universe)
  }

  init(
    betas: [Double], deviations: [Double], loadings: [[Double]], tailWidths: [Double],
    features: [[Float]], volumeLevels: [Double], volumeDeviations: [Double],
    volumePersistence: Double
  ) {
    (self.betas, self.deviations, self.loadings) = (betas, deviations, loadings)
    (self.tailWidths, self.features, self.volumeLevels) = (tailWidths, features, volumeLevels)
    (self.volumeDeviations, self.volumePersistence) = (volumeDeviations, volumePersistence)
  }

  /// The traits of other assets, each like one of these.
  func picking(_ assets: [Int]) -> StaticTraits {
    StaticTraits(
      betas: assets.map { betas[$0] }, deviations: assets.map { deviations[$0] },
      loadings: assets.map { loadings[$0] }, tailWidths: assets.map { tailWidths[$0] },
      features: assets.map { features[$0] },
      volumeLevels: assets.map { volumeLevels[$0] },
      volumeDeviations: assets.map { volumeDeviations[$0] }, volumePersistence: volumePersistence)
  }

  // MARK: - Parts

  private static func scored(_ values: [Double]) -> [Float] {
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { Float(min(2.5, max(-2.5, ($0 - mean) / max(1e-9, square.squareRoot())))) }
  }

  /// Takes in how wide the tails of own innovations are, and tells the networks.
  mutating func take(tailWidths widths: [Double]) {
    tailWidths = widths
    for (asset, score) in Self.scored(widths).enumerated() { features[asset].append(score) }
  }

  private func features(of universe: Universe) -> [[Float]] {
    let (beta, volatility) = (Self.scored(betas), Self.scored(deviations.map { log($0) }))
    let sectors = universe.attributes["sector"] ?? []
    var sizes: [String: Int] = [:]
    for case .some(let sector) in sectors { sizes[sector, default: 0] += 1 }
    let ranked = sizes.keys.sorted {
      (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1)
    }.prefix(Self.mostSectors)
    return betas.indices.map { asset in
      [beta[asset], volatility[asset]]
        + ranked.map { asset < sectors.count && sectors[asset] == $0 ? 1 : 0 }
    }
  }
}
