import Torch

/// One recurrent layer's way through a window, kept for taking relevance back along it.
protocol RecurrentTrace {
  /// States after each step, oldest first: [rows, hidden] each.
  var states: [Tensor] { get }

  /// Relevance of the layer's input at each step, given that of its states: `nil` for none there.
  func relevance(ofStates given: [Tensor?], _ rule: EpsilonRule) throws -> [Tensor?]
}

extension Recurrent {
  /// Runs the layers over `inputs`, [rows, width] for each step; first layer first.
  func traces(_ inputs: [Tensor]) throws -> [any RecurrentTrace] {
    // Parameters come in fours, as `parameters` says.
    let tensors = parameters.map(\.tensor)
    var (inputs, traces) = (inputs, [any RecurrentTrace]())
    for start in stride(from: 0, to: tensors.count, by: 4) {
      let weights = RecurrentWeights(
        input: tensors[start], state: tensors[start + 1], inputBias: tensors[start + 2],
        stateBias: tensors[start + 3])
      let trace: any RecurrentTrace =
        switch cell {
        case .lstm: try LSTMTrace(inputs, weights)
        case .gru: try GRUTrace(inputs, weights)
        }
      traces.append(trace)
      inputs = trace.states
    }
    return traces
  }
}

/// What one recurrent layer has learnt, gates stacked as in `Recurrent`.
struct RecurrentWeights {
  /// W [gates · hidden, inputs].
  let input: Tensor
  /// U [gates · hidden, hidden].
  let state: Tensor
  let inputBias: Tensor
  let stateBias: Tensor

  var hidden: Int { state.shape[1] }
  var inputs: Int { input.shape[1] }

  /// The rows of a gate in one of the tensors, or its columns in what a step computed.
  func part(_ gate: Int, of tensor: Tensor, _ dimension: Int = 0) throws -> Tensor {
    try tensor.narrowed(dimension, from: gate * hidden, length: hidden)
  }
}

/// The sum of what is there.
func total(_ a: Tensor?, _ b: Tensor?) throws -> Tensor? {
  guard let a, let b else { return a ?? b }
  return try a + b
}
