import Market
import Networks
import Torch

/// Scores sets of assets over the same dates, whatever their order and number.
///
/// Each asset's window is encoded together with what it is to be like; an asset is then judged by its own
/// code beside the mean over the set and the market's path, so that both single paths and how they go
/// together count (Zaheer et al., 2017, *Deep Sets*). Nothing is normalised over the batch: the penalty holds
/// for each item alone (Gulrajani et al., 2017, section 4).
struct SetCritic: Parameterized {
  private let encode: Linear
  private let deepen: Linear
  private let market: Linear
  private let judge: Linear
  private let head: Linear

  static let slope = 0.2

  init(
    _ shape: WindowGenerator.Shape, hidden: Int, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    func linear(_ inputs: Int, _ outputs: Int, _ stream: inout SeedStream) throws -> Linear {
      try Linear(inputs, outputs, using: &stream, device: device, dtype: dtype)
    }
    let told = MarketScale.conditionWidth
    encode = try linear(
      shape.days * (1 + shape.others.count) + shape.features + 1 + told, hidden, &stream)
    deepen = try linear(hidden, hidden, &stream)
    market = try linear(shape.days + told, hidden, &stream)
    judge = try linear(3 * hidden, hidden, &stream)
    head = try linear(hidden, 1, &stream)
  }

  var parameters: [NamedTensor] {
    encode.parameters.prefixed("encode") + deepen.parameters.prefixed("deepen")
      + market.parameters.prefixed("market") + judge.parameters.prefixed("judge")
      + head.parameters.prefixed("head")
  }

  /// [batch, assets, days, components] → [batch].
  func callAsFunction(_ windows: Tensor, _ about: WindowConditions) throws -> Tensor {
    let (batch, assets) = (windows.shape[0], windows.shape[1])
    func active(_ layer: Linear, _ values: Tensor) throws -> Tensor {
      try layer(values, .evaluating).leakyReLU(slope: Self.slope)
    }
    let told = MarketScale.conditionWidth
    let inputs = try Tensor.concatenated(
      [
        windows.reshaped(batch, assets, -1), about.features,
        about.shares.mean(2, keepDims: true),
        about.condition.unsqueezed(1).expanded([batch, assets, told]),
      ], 2)
    let codes = try active(deepen, active(encode, inputs))
    let path = try windows.selected(3, 0).mean(1)
    let whole = try active(market, Tensor.concatenated([path, about.condition], 1))
    let width = codes.shape[2]
    let judged = try Tensor.concatenated(
      [
        codes, codes.mean(1, keepDims: true).expanded([batch, assets, width]),
        whole.unsqueezed(1).expanded([batch, assets, width]),
      ], 2)
    return try head(active(judge, judged), .evaluating).squeezed(2).mean(1)
  }
}
