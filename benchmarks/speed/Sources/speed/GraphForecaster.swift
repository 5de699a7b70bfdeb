import Market
import Networks
import Torch

/// The layers of the `gnn` family with several steps: a gated recurrent unit makes the nodes, one
/// round of attention joins them, each asset listening to a few others.
///
/// The batch is of dates of 128 assets.
struct GraphForecaster: Parameterized {
  static let assets = 128
  /// An asset listens to itself and so many before it, around the end.
  static let reach = 8
  static let heads = 4

  private let unit: Recurrent
  private let attention: GraphAttention
  private let head: Linear
  private let dropout: Dropout
  /// `bool`, [1, 1, assets, assets].
  private let absent: Tensor

  init(_ shape: ForecasterShape, using stream: inout SeedStream) throws {
    let (assets, width) = (Self.assets, shape.width)
    unit = try Recurrent(.gru, inputs: shape.features, hidden: width, using: &stream)
    attention = try GraphAttention(
      width, heads: Self.heads, width: width / Self.heads, using: &stream)
    head = try Linear(width, 1, using: &stream)
    dropout = Dropout(shape.dropout)
    let cells = (0..<assets * assets).map { cell in
      (cell / assets - cell % assets + assets) % assets > Self.reach ? Float(1) : 0
    }
    absent = try Tensor(cells, shape: [1, 1, assets, assets]).greater(0.5)
  }

  var parameters: [NamedTensor] {
    unit.parameters.prefixed("gru") + attention.parameters.prefixed("round")
      + head.parameters.prefixed("head")
  }

  func forecast(_ x: Tensor, _ pass: Pass) throws -> Tensor {
    let states = try unit.states(x, pass).last
    let nodes = try dropout(states.reshaped(-1, Self.assets, states.shape[1]), pass)
    let news = try dropout(attention(nodes, absent: absent).elu(), pass)
    return try head(nodes + news, pass).reshaped(-1)
  }
}
