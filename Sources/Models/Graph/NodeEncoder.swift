import Market
import Networks
import Torch

/// What turns the features of an asset into those of its node, by itself.
///
/// One step: linear → ReLU. Several: a gated recurrent unit over the steps, of
/// which the last state stands for all (Cho et al., 2014), as in HIST and in Qlib's GATs.
struct NodeEncoder: Parameterized {
  private enum Body {
    case perceptron(Networks.Linear)
    case recurrent(Recurrent)
  }

  private let body: Body

  init(
    columns: Int, width: Int, steps: Int, layers: Int = 1, using stream: inout SeedStream,
    device: Device
  ) throws {
    body =
      steps > 1
      ? .recurrent(
        try Recurrent(
          .gru, inputs: columns, hidden: width, layers: layers, using: &stream, device: device))
      : .perceptron(try Networks.Linear(columns, width, using: &stream, device: device))
  }

  var parameters: [NamedTensor] {
    switch body {
    case .perceptron(let linear): linear.parameters.prefixed("linear")
    case .recurrent(let unit): unit.parameters.prefixed("gru")
    }
  }

  /// [dates, steps, assets, columns] → [dates, assets, width].
  func callAsFunction(_ features: Tensor, _ pass: Pass) throws -> Tensor {
    let shape = features.shape
    let (dates, steps, assets, columns) = (shape[0], shape[1], shape[2], shape[3])
    switch body {
    case .perceptron(let linear):
      return try linear(features.selected(1, steps - 1), pass).relu()
    case .recurrent(let unit):
      let windows = try features.permuted(0, 2, 1, 3).reshaped(dates * assets, steps, columns)
      return try unit.states(windows, pass).last.reshaped(dates, assets, -1)
    }
  }
}
