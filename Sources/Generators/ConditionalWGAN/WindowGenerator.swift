import Market
import Networks
import Torch

/// Makes windows of innovations for any number of assets from shared and own noise.
///
/// The market's innovation is F(t) = a(t) z₀(t) + h(t), with z₀ the first shared normal of the day and
/// a > 0 and h of the other noise and the condition: a straight line upwards in z₀ however far that goes.
/// Residual factors and an asset's own innovation are built alike, so that the network decides how
/// wide and lopsided each is from day to day, and how these hang together.
struct WindowGenerator: Parameterized {
  struct Shape: Sendable, Equatable {
    /// Days in a window.
    var days: Int
    /// Residual factors that assets share.
    var factors: Int
    /// Features of an asset.
    var features: Int
    var hidden: Int
    /// Beside the return.
    var others: [MarketComponent]

    /// Of shared noise a day: the market's direction, the factors', and the mood of the day.
    var sharedWidth: Int { 1 + factors + WindowGenerator.moods }
  }

  /// Widths of noise: moods of a day, an asset's own a day for its return and for the rest, and of
  /// an asset for the whole window.
  static let moods = 3
  static let ownWidth = 2
  static let barWidth = 4
  static let assetWidth = 2

  let shape: Shape
  /// What the mood of a day adds to the logarithm of the market's width, what it takes from the
  /// market's shift, what their own moods add to factors, and how much of their tail widths to assets: [4].
  private let tails: Tensor
  private let mood: Linear
  private let market: Linear
  private let own: Linear
  private let ownHead: Linear
  private let bar: Linear?
  private let barHead: Linear?
  private let barSkip: Linear?

  init(
    _ shape: Shape, tails: TailShape = TailShape(), using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    func linear(_ inputs: Int, _ outputs: Int, _ stream: inout SeedStream) throws -> Linear {
      try Linear(inputs, outputs, using: &stream, device: device, dtype: dtype)
    }
    self.shape = shape
    self.tails = try Tensor(
      [tails.marketWidth, tails.marketShift, tails.factorWidth, 1], shape: [4],
      device: device
    ).to(dtype).requiringGrad()
    let told = MarketScale.conditionWidth
    mood = try linear(shape.days * Self.moods + told, shape.hidden, &stream)
    market = try linear(shape.hidden, shape.days * (2 + shape.factors), &stream)
    let ownInputs = shape.features + told + 2 + 1 + Self.assetWidth
    own = try linear(ownInputs, max(8, shape.hidden / 2), &stream)
    ownHead = try linear(max(8, shape.hidden / 2), 2, &stream)
    let barInputs = 4 + shape.features + told + Self.assetWidth + Self.barWidth
    let hasBars = !shape.others.isEmpty
    bar = hasBars ? try linear(barInputs, shape.hidden, &stream) : nil
    barHead = hasBars ? try linear(shape.hidden, shape.others.count, &stream) : nil
    barSkip = hasBars ? try linear(barInputs, shape.others.count, &stream) : nil
  }

  var parameters: [NamedTensor] {
    [NamedTensor("tails", tails)] + mood.parameters.prefixed("mood")
      + market.parameters.prefixed("market")
      + own.parameters.prefixed("own") + ownHead.parameters.prefixed("own_head")
      + (bar?.parameters.prefixed("bar") ?? []) + (barHead?.parameters.prefixed("bar_head") ?? [])
      + (barSkip?.parameters.prefixed("bar_skip") ?? [])
  }

  /// What a window's returns are put together from.
  struct Innovations {
    /// [batch, days].
    let market: Tensor
    /// [batch, days, factors].
    let factors: Tensor
    /// [batch, assets, days].
    let own: Tensor
  }

  /// Innovations of about deviation 1.
  func innovations(_ noise: WindowNoise, _ about: WindowConditions) throws -> Innovations {
    let (batch, days) = (noise.shared.shape[0], shape.days)
    let assets = noise.own.shape[1]
    let moods = try noise.shared.narrowed(2, from: 1 + shape.factors, length: Self.moods)
      .clamped(min: -3, max: 3)
    let hidden = try mood(
      Tensor.concatenated([moods.reshaped(batch, -1), about.condition], 1), .evaluating
    ).silu()
    let outputs = try market(hidden, .evaluating).reshaped(batch, days, 2 + shape.factors)
    let (first, second) = (try moods.selected(2, 0), try moods.narrowed(2, from: 1, length: 1))
    let width =
      try Self.bounded(outputs.selected(2, 0)) + widened(0, first)
    let direction = try noise.shared.selected(2, 0)
    let shift =
      try Self.bounded(outputs.selected(2, 1)) - tails.narrowed(0, from: 1, length: 1) * first
    let market = try width.exp() * direction + shift
    let wide =
      try Self.bounded(outputs.narrowed(2, from: 2, length: shape.factors))
      + widened(2, second)
    let factors = try wide.exp() * noise.shared.narrowed(2, from: 1, length: shape.factors)
    let day = try Tensor.stacked([width, market.abs().clamped(max: 4)], 2).unsqueezed(1)
    let inputs = try Tensor.concatenated(
      [
        day.expanded([batch, assets, days, 2]),
        about.features.unsqueezed(2).expanded([batch, assets, days, shape.features]),
        spread(about.condition, batch, assets),
        noise.own.narrowed(3, from: 1, length: 1),
        noise.asset.unsqueezed(2).expanded([batch, assets, days, Self.assetWidth]),
      ], 3)
    let heads = try ownHead(self.own(inputs, .evaluating).silu(), .evaluating)
    // An asset's jumps are rarer and farther than the market's wild days.
    let ownMood = try noise.own.selected(3, 1).clamped(min: -4, max: 4)
    let tail = try (tails.narrowed(0, from: 3, length: 1) * about.tails).unsqueezed(2)
    let ownWidth = try Self.bounded(heads.selected(3, 0)) + tail * ownMood - tail.square()
    let own = try ownWidth.exp() * noise.own.selected(3, 0) + Self.bounded(heads.selected(3, 1))
    return Innovations(market: market, factors: factors, own: own)
  }

  /// The components beside the return, [batch, assets, days, others]; `nil` where there are none.
  ///
  /// From standardised returns [batch, assets, days]; shadows are at least 0.
  func bars(
    returns: Tensor, market: Tensor, _ noise: WindowNoise, _ about: WindowConditions
  ) throws -> Tensor? {
    guard let bar, let barHead, let barSkip else { return nil }
    let (batch, assets, days) = (returns.shape[0], returns.shape[1], returns.shape[2])
    let near = try returns.clamped(min: -5, max: 5)
    let common = try market.clamped(min: -5, max: 5)
    let inputs = try Tensor.concatenated(
      [
        Tensor.stacked([near, near.abs()], 3),
        Tensor.stacked([common, common.abs()], 2).unsqueezed(1).expanded([batch, assets, days, 2]),
        about.features.unsqueezed(2).expanded([batch, assets, days, shape.features]),
        spread(about.condition, batch, assets),
        noise.asset.unsqueezed(2).expanded([batch, assets, days, Self.assetWidth]),
        noise.bars,
      ], 3)
    let values =
      try barHead(bar(inputs, .evaluating).silu(), .evaluating) + barSkip(inputs, .evaluating)
    return try Tensor.stacked(
      shape.others.indices.map { index in
        let value = try values.selected(3, index)
        let isShadow =
          shape.others[index] == .upperShadow || shape.others[index] == .lowerShadow
        return isShadow ? try value.softplus() : value
      }, 3)
  }

  /// Windows as the critic sees them, [batch, assets, days, 1 + others], on the scale of `StandardDays`.
  func callAsFunction(_ noise: WindowNoise, _ about: WindowConditions) throws -> Tensor {
    let made = try innovations(noise, about)
    let residuals = try Self.residuals(made, about)
    let returns =
      try about.shares * made.market.unsqueezed(1)
      + (1 - about.shares.square()).clamped(min: 0).sqrt() * residuals
    guard let others = try bars(returns: returns, market: made.market, noise, about) else {
      return try returns.unsqueezed(3)
    }
    return try Tensor.concatenated([returns.unsqueezed(3), others], 3)
  }

  /// What is not the market's, [batch, assets, days]: factors by their loadings, and the asset's own.
  static func residuals(_ made: Innovations, _ about: WindowConditions) throws -> Tensor {
    let single = try about.single.unsqueezed(2) * made.own
    guard made.factors.shape[2] > 0 else { return single }
    return try about.loadings.bmm(made.factors.transposed(1, 2)) + single
  }

  /// Within ±1.5, and near 0 from a fresh network: training sets out from the shape of the tails.
  private static func bounded(_ value: Tensor) throws -> Tensor { try (value / 5).tanh() * 1.5 }

  /// κm − κ²: its exponential times a normal keeps deviation 1, whatever κ is.
  private func widened(_ index: Int, _ mood: Tensor) throws -> Tensor {
    let width = try tails.narrowed(0, from: index, length: 1)
    return try width * mood - width.square()
  }

  private func spread(_ condition: Tensor, _ batch: Int, _ assets: Int) throws -> Tensor {
    try condition.reshaped(batch, 1, 1, MarketScale.conditionWidth)
      .expanded([batch, assets, shape.days, MarketScale.conditionWidth])
  }
}
