import Market
import Torch

/// What a batch of windows is made from, all standard normals.
struct WindowNoise {
  /// [batch, days, shared width]: one for all assets.
  let shared: Tensor
  /// [batch, assets, days, 2].
  let own: Tensor
  /// [batch, assets, days, 4].
  let bars: Tensor
  /// [batch, assets, 2].
  let asset: Tensor

  init(shared: Tensor, own: Tensor, bars: Tensor, asset: Tensor) {
    (self.shared, self.own, self.bars, self.asset) = (shared, own, bars, asset)
  }

  /// Shared noise given, or drawn first; then that of the assets.
  init(
    batch: Int, assets: Int, _ shape: WindowGenerator.Shape, shared given: [Float]? = nil,
    using stream: inout SeedStream, device: Device
  ) throws {
    func draw(_ sizes: [Int], _ stream: inout SeedStream) throws -> Tensor {
      let values = (0..<sizes.reduce(1, *)).map { _ in Float(stream.normal()) }
      return try Tensor(values, shape: sizes, device: device)
    }
    let sizes = [batch, shape.days, shape.sharedWidth]
    shared =
      try given.map { try Tensor($0, shape: sizes, device: device) } ?? draw(sizes, &stream)
    own = try draw([batch, assets, shape.days, WindowGenerator.ownWidth], &stream)
    bars = try draw(
      [batch, assets, shape.days, shape.others.isEmpty ? 0 : WindowGenerator.barWidth], &stream)
    asset = try draw([batch, assets, WindowGenerator.assetWidth], &stream)
  }
}

/// What a batch of windows is to be like, for real ones and made ones alike.
struct WindowConditions {
  /// [batch, 4]: volatility and regime before the first day.
  let condition: Tensor
  /// [batch, assets, features].
  let features: Tensor
  /// [batch, assets, factors].
  let loadings: Tensor
  /// [batch, assets]: the deviation that loadings leave to the asset alone.
  let single: Tensor
  /// [batch, assets]: κ of the assets' own tails.
  let tails: Tensor
  /// [batch, assets, days]: the market's part of a return's deviation.
  let shares: Tensor

  /// Conditions of assets of `traits`, `assets[b]` in each item of the batch.
  init(
    condition: [[Float]], assets: [[Int]], of traits: StaticTraits, shares: [Float], days: Int,
    device: Device
  ) throws {
    let (batch, count) = (assets.count, assets.first?.count ?? 0)
    let places = assets.joined()
    let factors = traits.loadings.first?.count ?? 0
    let width = traits.features.first?.count ?? 0
    self.condition = try Tensor(
      condition.flatMap { $0 }, shape: [batch, MarketScale.conditionWidth], device: device)
    features = try Tensor(
      places.flatMap { traits.features[$0] }, shape: [batch, count, width], device: device)
    loadings = try Tensor(
      places.flatMap { traits.loadings[$0].map { Float($0) } }, shape: [batch, count, factors],
      device: device)
    single = try Tensor(
      places.map { place in
        Float(max(0, 1 - traits.loadings[place].reduce(0) { $0 + $1 * $1 }).squareRoot())
      }, shape: [batch, count], device: device)
    tails = try Tensor(
      places.map { Float(traits.tailWidths[$0]) }, shape: [batch, count], device: device)
    self.shares = try Tensor(shares, shape: [batch, count, days], device: device)
  }

  init(
    condition: Tensor, features: Tensor, loadings: Tensor, single: Tensor, tails: Tensor,
    shares: Tensor
  ) {
    (self.condition, self.features, self.loadings) = (condition, features, loadings)
    (self.single, self.tails, self.shares) = (single, tails, shares)
  }
}
