import Torch

/// A layer of LSTM cells: c_t = f ⊙ c_{t−1} + i ⊙ g, h_t = o ⊙ tanh(c_t).
///
/// Gates take nothing. The relevance of a state goes to its cell, the cell's is split between its two
/// terms, and that of g = tanh(W x + U h_{t−1} + b) goes to x and h_{t−1} as the inputs of one linear
/// map. At the first step there is no term and no input before it, so that nothing is lost there.
struct LSTMTrace: RecurrentTrace {
  private struct Step {
    let input: Tensor
    /// f ⊙ c_{t−1}; `nil` at the first step.
    let carried: Tensor?
    /// i ⊙ g.
    let added: Tensor
    let cell: Tensor
    /// W x + U h_{t−1} + b of the signal g.
    let signal: Tensor
  }

  private let weights: RecurrentWeights
  private let steps: [Step]
  let states: [Tensor]

  init(_ inputs: [Tensor], _ weights: RecurrentWeights) throws {
    var (steps, states) = ([Step](), [Tensor]())
    let bias = try weights.inputBias + weights.stateBias
    for input in inputs {
      var gates = try input.linear(weights.input, bias: bias)
      if let state = states.last { gates = try gates + state.linear(weights.state) }
      func gate(_ index: Int) throws -> Tensor { try weights.part(index, of: gates, -1) }
      let signal = try gate(2)
      let added = try gate(0).sigmoid() * signal.tanh()
      let carried = try steps.last.map { try gate(1).sigmoid() * $0.cell }
      let cell = if let carried { try carried + added } else { added }
      steps.append(
        Step(input: input, carried: carried, added: added, cell: cell, signal: signal))
      states.append(try gate(3).sigmoid() * cell.tanh())
    }
    (self.weights, self.steps, self.states) = (weights, steps, states)
  }

  func relevance(ofStates given: [Tensor?], _ rule: EpsilonRule) throws -> [Tensor?] {
    let (fromInput, fromState) = (
      try weights.part(2, of: weights.input), try weights.part(2, of: weights.state)
    )
    let bias = try weights.part(2, of: weights.inputBias + weights.stateBias)
    var result = [Tensor?](repeating: nil, count: steps.count)
    var (state, cell): (Tensor?, Tensor?)
    for index in steps.indices.reversed() {
      let step = steps[index]
      guard let whole = try total(total(given[index], state), cell) else { continue }
      var signal = whole
      (state, cell) = (nil, nil)
      if let carried = step.carried {
        let parts = try rule.split(whole, over: [carried, step.added], sum: step.cell)
        (cell, signal) = (parts[0], parts[1])
      }
      let shares = try rule.shares(
        of: signal, outputs: step.signal, bias: bias,
        inputs: weights.inputs + (index > 0 ? weights.hidden : 0))
      result[index] = try shares.taken(by: step.input, through: fromInput)
      if index > 0 { state = try shares.taken(by: states[index - 1], through: fromState) }
    }
    return result
  }
}
