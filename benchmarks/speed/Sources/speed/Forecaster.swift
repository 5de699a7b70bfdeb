import Market
import Networks
import Torch

/// Sizes of what is forecast from: windows [batch, steps, features].
struct ForecasterShape {
  let batch: Int
  let steps: Int
  let features: Int
  /// Of states, tokens and nodes.
  let width: Int
  let dropout: Double
}

/// A network as its family builds it, bound to the batch it is timed on.
struct Forecaster {
  let parameters: [Tensor]
  /// One number a row, [batch].
  let forecast: (Pass) throws -> Tensor

  private init(parameters: [Tensor], forecast: @escaping (Pass) throws -> Tensor) {
    (self.parameters, self.forecast) = (parameters, forecast)
  }

  /// The forecaster of a name on the command line; `nil` for none.
  init?(_ name: String, _ shape: ForecasterShape, _ x: Tensor) throws {
    var stream = SeedTree(root: 1).stream("weights")
    switch name {
    case "lstm": try self.init(.lstm, shape, x, &stream)
    case "gru": try self.init(.gru, shape, x, &stream)
    case "transformer":
      let network = try TransformerNetwork(
        TransformerNetwork.Shape(
          layout: StepLayout(dates: shape.steps), columns: shape.features, layers: 2,
          layer: EncoderLayer.Shape(
            width: shape.width, heads: 4, feedForward: 2 * shape.width, dropout: shape.dropout)),
        using: &stream)
      self.init(network, TransformerNetwork.Batch(windows: x, counts: [shape.batch]))
    case "dnn", "dnn-plain":
      let body = try MLP(
        MLP.Shape(
          inputs: shape.features, hidden: [256, 128],
          normalization: name == "dnn" ? .batch : .none, dropout: shape.dropout),
        using: &stream)
      self.init(RowNetwork(body, columns: shape.features), try x.selected(1, shape.steps - 1))
    case "gnn":
      let network = try GraphForecaster(shape, using: &stream)
      self.init(parameters: network.parameters.map(\.tensor)) { try network.forecast(x, $0) }
    default: return nil
    }
  }

  private init(
    _ cell: Recurrent.Cell, _ shape: ForecasterShape, _ x: Tensor, _ stream: inout SeedStream
  ) throws {
    let body = try RecurrentForecaster(
      RecurrentForecaster.Shape(
        cell: cell, inputs: shape.features, hidden: shape.width, dropout: shape.dropout),
      using: &stream)
    self.init(
      WindowNetwork(body, layout: StepLayout(dates: shape.steps), columns: shape.features), x)
  }

  private init<Network: ForecastingNetwork>(_ network: Network, _ batch: Network.Batch) {
    self.init(parameters: network.parameters.map(\.tensor)) {
      try network.forecast(batch, $0)
    }
  }
}
