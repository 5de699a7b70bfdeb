import Torch

struct ForecasterShape {
  let batch: Int
  let steps: Int
  let features: Int
  let width: Int
}

/// From windows [batch, steps, features] to one number a row, [batch].
protocol Forecaster {
  var parameters: [Tensor] { get }
  func forecast(_ x: Tensor) throws -> Tensor
}

/// The forecaster of a name on the command line; `nil` for none.
func forecaster(
  _ name: String, _ shape: ForecasterShape, _ numbers: inout TrainingStep.Numbers
) throws -> (any Forecaster)? {
  switch name {
  case "lstm": try RecurrentForecaster(gates: 4, shape, &numbers)
  case "gru": try RecurrentForecaster(gates: 3, shape, &numbers)
  case "encoder": try EncoderForecaster(shape, &numbers)
  default: nil
  }
}

/// One recurrent layer, and a linear head on its last state.
struct RecurrentForecaster: Forecaster {
  private let gates: Int
  private let cell: [Tensor]
  private let head: [Tensor]

  init(gates: Int, _ shape: ForecasterShape, _ numbers: inout TrainingStep.Numbers) throws {
    let rows = gates * shape.width
    self.gates = gates
    cell = [
      try numbers.tensor([rows, shape.features]), try numbers.tensor([rows, shape.width]),
      try numbers.tensor([rows]), try numbers.tensor([rows]),
    ]
    head = [try numbers.tensor([1, shape.width]), try numbers.tensor([1])]
  }

  var parameters: [Tensor] { cell + head }

  func forecast(_ x: Tensor) throws -> Tensor {
    let last = try gates == 4 ? x.fusedLSTM(cell).last : x.fusedGRU(cell).last
    return try last.linear(head[0], bias: head[1]).squeezed(-1)
  }
}

/// A linear embedding, two encoder layers of four heads, and a linear head on the last token.
struct EncoderForecaster: Forecaster {
  private let embedding: [Tensor]
  private let layers: [[Tensor]]
  private let head: [Tensor]

  init(_ shape: ForecasterShape, _ numbers: inout TrainingStep.Numbers) throws {
    let (width, inner) = (shape.width, 2 * shape.width)
    let sizes = [
      [3 * width, width], [3 * width], [width, width], [width], [inner, width], [inner],
      [width, inner], [width], [width], [width], [width], [width],
    ]
    embedding = [try numbers.tensor([width, shape.features]), try numbers.tensor([width])]
    var layers: [[Tensor]] = []
    for _ in 0..<2 {
      var layer: [Tensor] = []
      for size in sizes { layer.append(try numbers.tensor(size)) }
      layers.append(layer)
    }
    self.layers = layers
    head = [try numbers.tensor([1, width]), try numbers.tensor([1])]
  }

  var parameters: [Tensor] { embedding + layers.joined() + head }

  func forecast(_ x: Tensor) throws -> Tensor {
    var tokens = try x.linear(embedding[0], bias: embedding[1])
    for (index, layer) in layers.enumerated() {
      let form = EncoderLayerForm(
        heads: 4, normFirst: false, lastOnly: index == layers.count - 1)
      tokens = try tokens.fusedEncoderLayer(form, layer)
    }
    return try tokens.linear(head[0], bias: head[1]).squeezed(-1)
  }
}
