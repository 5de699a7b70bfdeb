import Market
import Networks
import Torch

/// Rounds of graph attention over the stocks of a date, then a linear forecast of each.
///
/// A round is h ← h + dropout(ELU(attention(h))), or without the h before the plus. Heads are dealt
/// to the relations of the graph in turn, so that those of one kind listen along its edges only.
struct AttentionForecaster: NodeForecaster {
  struct Shape {
    var width: Int
    var heads: Int
    var rounds: Int
    var dropout: Double
    var residual: Bool
  }

  private let shape: Shape
  private let rounds: [GraphAttention]
  private let head: Networks.Linear
  private let dropout: Dropout
  /// `bool`, [1, heads, assets, assets]: no edge; an asset always listens to itself.
  private let unconnected: Tensor
  /// `bool`, [1, 1, assets, assets]: anything but the diagonal.
  private let others: Tensor
  private let assets: Int

  init(
    _ shape: Shape, graph: StockGraph, using stream: inout SeedStream, device: Device
  ) throws {
    self.shape = shape
    assets = graph.assets
    let assets = graph.assets
    rounds = try (0..<shape.rounds).map { _ in
      try GraphAttention(
        shape.width, heads: shape.heads, width: shape.width / shape.heads, using: &stream,
        device: device)
    }
    head = try Networks.Linear(shape.width, 1, using: &stream, device: device)
    dropout = Dropout(shape.dropout)
    func tensor(_ heads: Int, _ flag: (_ head: Int, _ cell: Int) -> Bool) throws -> Tensor {
      let values = (0..<heads).flatMap { head in
        (0..<assets * assets).map { flag(head, $0) && $0 / assets != $0 % assets ? Float(1) : 0 }
      }
      return try Tensor(values, shape: [1, heads, assets, assets], device: device).greater(0.5)
    }
    others = try tensor(1) { _, _ in true }
    let relations = graph.adjacency
    unconnected = try tensor(shape.heads) { head, cell in
      relations.isEmpty || !relations[head % relations.count][cell]
    }
  }

  var valuesPerDate: Int { shape.heads * assets * assets }

  var parameters: [NamedTensor] {
    rounds.enumerated().flatMap { index, round in
      round.parameters.prefixed("round.\(index)")
    } + head.parameters.prefixed("head")
  }

  func callAsFunction(_ nodes: Tensor, observed: Tensor, _ pass: Pass) throws -> Tensor {
    let absent = try absent(observed)
    var nodes = nodes
    for round in rounds {
      let news = try dropout(round(nodes, absent: absent).elu(), pass)
      nodes = try shape.residual ? nodes + news : news
    }
    return try head(nodes, pass).squeezed(-1)
  }

  /// Nobody listens to an asset that is not observed, other than itself.
  private func absent(_ observed: Tensor) throws -> Tensor {
    let silent = try observed.less(0.5)
    // Mostly all are there, and one mask serves all dates.
    guard try silent.to(.float32).sum().item() > 0 else { return unconnected }
    let columns = try silent.reshaped(observed.shape[0], 1, 1, assets)
    return try unconnected.or(columns.and(others))
  }
}
