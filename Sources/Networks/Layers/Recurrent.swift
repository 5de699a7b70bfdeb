import Market
import Torch

/// A stack of LSTM or GRU layers over [batch, steps, inputs], giving [batch, steps, hidden].
///
/// States start at 0. Dropout stands between the layers, drawn anew for every step, as in PyTorch's
/// modules, whose parameter names and gate order these are too. A step's output depends on that step
/// and those before it. Hochreiter and Schmidhuber (1997); Cho et al. (2014).
///
/// In `float32` on the processor a layer is one kernel, elsewhere libtorch's (see `Tensor.fusedLSTM`).
public struct Recurrent: Layer {
  /// The kind of cell, as specs name it.
  public enum Cell: String, SpecChoice {
    case lstm, gru

    /// Blocks of `hidden` rows in each weight matrix.
    var gates: Int {
      switch self {
      case .lstm: 4
      case .gru: 3
      }
    }
  }

  public let cell: Cell
  public let hidden: Int
  /// One a layer: W_ih [gates · hidden, inputs], W_hh [gates · hidden, hidden], b_ih, b_hh.
  private let weights: [[Tensor]]
  /// Between layers.
  private let dropout: Double

  /// Weights and biases uniform on ±1/√hidden, as PyTorch's modules start.
  public init(
    _ cell: Cell, inputs: Int, hidden: Int, layers: Int = 1, dropout: Double = 0,
    using stream: inout SeedStream, device: Device = .cpu, dtype: DType = .float32
  ) throws {
    let bound = 1 / Double(max(1, hidden)).squareRoot()
    func uniform(_ shape: [Int]) throws -> Tensor {
      let values = (0..<shape.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: shape, device: device).to(dtype).requiringGrad()
    }
    let rows = cell.gates * hidden
    weights = try (0..<layers).map { layer in
      [
        try uniform([rows, layer == 0 ? inputs : hidden]), try uniform([rows, hidden]),
        try uniform([rows]), try uniform([rows]),
      ]
    }
    self.cell = cell
    self.hidden = hidden
    self.dropout = dropout
  }

  public var parameters: [NamedTensor] {
    weights.enumerated().flatMap { layer, tensors in
      zip(["weight_ih", "weight_hh", "bias_ih", "bias_hh"], tensors).map {
        NamedTensor("\($0)_l\(layer)", $1)
      }
    }
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    try states(input, pass).output
  }

  /// The states of all steps, [batch, steps, hidden], and that of the last, [batch, hidden].
  ///
  /// Where only the last is needed, it saves time to read it from here.
  public func states(
    _ input: Tensor, _ pass: Pass
  ) throws -> (output: Tensor, last: Tensor) {
    let (parameters, dropout) = (Array(weights.joined()), pass.isTraining ? dropout : 0)
    return switch cell {
    case .lstm: try input.fusedLSTM(parameters, dropout: dropout, generator: pass.generator)
    case .gru: try input.fusedGRU(parameters, dropout: dropout, generator: pass.generator)
    }
  }
}
