import Datasets
import Market

/// How log volume answers to the size of the day's return: v = b (min(|r| / a, 12) − 1) + what is left.
///
/// a is the mean of |r| over training dates, and b the least-squares slope, an asset's own drawn to that of
/// all assets as by 20 days. That volume and the size of moves go together is among the steadiest facts of
/// markets (Karpoff, 1987, *The Relation Between Price Changes and Trading Volume*); taken off before
/// networks learn and put back on what they make, it need not be found by a critic that has so much else to
/// look at. A return beyond 12 times the usual adds no more.
struct VolumeResponse: Sendable, Equatable {
  /// One an asset; above 0.
  var scales: [Double]
  /// One an asset.
  var slopes: [Double]

  static let farthest = 12.0
  static let drawnDays = 20.0

  init(scales: [Double], slopes: [Double]) { (self.scales, self.slopes) = (scales, slopes) }

  /// Of training dates; `nil` where there are no volumes.
  ///
  /// - Complexity: O(dates × assets).
  init?(fitting market: TrainingMarket) {
    guard let volume = market.components.firstIndex(of: .logVolume),
      let index = market.components.firstIndex(of: .logReturn)
    else { return nil }
    let count = market.universe.count
    func eachDay(_ asset: Int, _ body: (_ size: Double, _ volume: Double) -> Void) {
      for stretch in market.stretches {
        for date in 0..<stretch.dates.count {
          let size = abs(Double(stretch.moves[date, asset, index]))
          let traded = Double(stretch.moves[date, asset, volume])
          if !size.isNaN, !traded.isNaN { body(size, traded) }
        }
      }
    }
    var (products, squares) = (
      Array(repeating: 0.0, count: count), Array(repeating: 0.0, count: count)
    )
    var days = products
    scales = products
    for asset in 0..<count {
      var (size, volumes) = (0.0, 0.0)
      eachDay(asset) { (size, volumes, days[asset]) = (size + $0, volumes + $1, days[asset] + 1) }
      let known = max(1, days[asset])
      scales[asset] = size > 0 ? size / known : 1
      let (scale, level) = (scales[asset], volumes / known)
      var sizes = 0.0
      eachDay(asset) { size, _ in sizes += Self.relative(size, scale) }
      eachDay(asset) { size, volume in
        let move = Self.relative(size, scale) - sizes / known
        products[asset] += move * (volume - level)
        squares[asset] += move * move
      }
    }
    let pooled = products.reduce(0, +) / max(1e-9, squares.reduce(0, +))
    slopes = (0..<count).map { asset in
      let usual = Self.drawnDays * max(1e-3, squares[asset] / max(1, days[asset]))
      return (products[asset] + usual * pooled) / (squares[asset] + usual)
    }
  }

  private static func relative(_ size: Double, _ scale: Double) -> Double {
    min(farthest, size / scale)
  }

  /// The moves with the answer of volume added `times`: −1 takes it off, 1 puts it back.
  ///
  /// `models` says whose answer each asset has. A missing return or volume stays as it is.
  func adding(_ times: Double, to moves: MarketMoves, models: [Int]) -> MarketMoves {
    guard let volume = moves.components.firstIndex(of: .logVolume),
      let index = moves.components.firstIndex(of: .logReturn)
    else { return moves }
    var answered = moves
    for (asset, model) in models.enumerated() {
      for date in 0..<moves.dates {
        let size = abs(Double(moves[date, asset, index]))
        guard !size.isNaN else { continue }
        answered[date, asset, volume] += Float(
          times * slopes[model] * (Self.relative(size, scales[model]) - 1))
      }
    }
    return answered
  }
}

extension VolumeResponse {
  /// Fits a generator to a market without the answer, which its samples are given back.
  ///
  /// A market without volumes is left to the generator as it is.
  static func around(
    _ market: TrainingMarket, fit: (TrainingMarket) throws -> any FittedGenerator
  ) throws -> any FittedGenerator {
    guard let response = VolumeResponse(fitting: market) else { return try fit(market) }
    let all = Array(0..<market.universe.count)
    return AnsweredVolumes(
      base: try fit(market.mapping { response.adding(-1, to: $0, models: all) }),
      response: response)
  }

  /// The same for a generator that was stored.
  ///
  /// - Throws: `GeneratorError.stored` where the answer is absent or does not fit the market.
  static func around(
    _ stored: StoredParameters, of market: FittedMarket, for generator: String,
    restore: (StoredParameters) throws -> any FittedGenerator
  ) throws -> any FittedGenerator {
    guard market.components.contains(.logVolume) else { return try restore(stored) }
    var stored = stored
    let count = market.universe.count
    guard let scales = stored.arrays.removeValue(forKey: "volume.scales"),
      let slopes = stored.arrays.removeValue(forKey: "volume.slopes"), scales.shape == [count],
      slopes.shape == [count], scales.values.allSatisfy({ $0 > 0 })
    else {
      throw GeneratorError.stored(
        generator: generator, reason: "'volume.scales' or 'volume.slopes' does not fit the market")
    }
    return AnsweredVolumes(
      base: try restore(stored),
      response: VolumeResponse(scales: scales.values, slopes: slopes.values))
  }
}

/// A generator that knows nothing of how volume answers to returns, with the answer put on what it makes.
struct AnsweredVolumes: FittedGenerator {
  let base: any FittedGenerator
  let response: VolumeResponse

  var market: FittedMarket { base.market }
  var notes: [String: Double] { base.notes }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    response.adding(
      1, to: try base.sample(request, path: path),
      models: request.assets == .fitted
        ? Array(0..<market.universe.count) : market.newAssetModels(request))
  }

  func parameters() throws -> StoredParameters {
    var parameters = try base.parameters()
    let count = response.scales.count
    parameters.arrays["volume.scales"] = .init(shape: [count], values: response.scales)
    parameters.arrays["volume.slopes"] = .init(shape: [count], values: response.slopes)
    return parameters
  }
}
