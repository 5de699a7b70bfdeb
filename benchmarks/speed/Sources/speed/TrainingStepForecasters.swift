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
