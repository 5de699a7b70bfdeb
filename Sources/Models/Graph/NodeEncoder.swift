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
    /// For each layer W_ih, W_hh, b_ih, b_hh.
    case recurrent([NamedTensor], layers: Int)
  }

  let width: Int
  private let body: Body

  /// Weights of the recurrent unit are uniform on ±1/√width, as PyTorch's start.
  init(
    columns: Int, width: Int, steps: Int, layers: Int = 1, using stream: inout SeedStream,
    device: Device
  ) throws {
    self.width = width
    guard steps > 1 else {
      body = .perceptron(
        try Networks.Linear(columns, width, using: &stream, device: device))
      return
    }
    let bound = 1 / Double(width).squareRoot()
    var tensors: [NamedTensor] = []
    for layer in 0..<layers {
      let inputs = layer == 0 ? columns : width
      let shapes = [
        ("weight_ih", [3 * width, inputs]), ("weight_hh", [3 * width, width]),
        ("bias_ih", [3 * width]), ("bias_hh", [3 * width]),
      ]
      for (name, shape) in shapes {
        let values = (0..<shape.reduce(1, *)).map { _ in
          Float(bound * (2 * stream.uniform() - 1))
        }
        tensors.append(
          NamedTensor(
            "\(name)_l\(layer)",
            try Tensor(values, shape: shape, device: device).requiringGrad()))
      }
    }
    body = .recurrent(tensors, layers: layers)
  }

  var parameters: [NamedTensor] {
    switch body {
    case .perceptron(let linear): linear.parameters.prefixed("linear")
    case .recurrent(let tensors, _): tensors.prefixed("gru")
    }
  }

  /// [dates, steps, assets, columns] → [dates, assets, width].
  func callAsFunction(_ features: Tensor, _ pass: Pass) throws -> Tensor {
    let shape = features.shape
    let (dates, steps, assets, columns) = (shape[0], shape[1], shape[2], shape[3])
    switch body {
    case .perceptron(let linear):
      return try linear(features.selected(1, steps - 1), pass).relu()
    case .recurrent(let tensors, let layers):
      let windows = try features.permuted(0, 2, 1, 3).reshaped(dates * assets, steps, columns)
      let start = try Tensor.zeros([layers, dates * assets, width], device: features.device)
      let (output, _) = try windows.gru(
        hidden: start, parameters: tensors.map(\.tensor), layers: layers)
      return try output.selected(1, steps - 1).reshaped(dates, assets, width)
    }
  }
}
