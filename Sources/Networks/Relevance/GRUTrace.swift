import Torch

/// A layer of gated recurrent units: h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
///
/// Gates take nothing, r in n = tanh(W x + b + r ⊙ (U h_{t−1} + b')) among them: n's relevance goes to x
/// and h_{t−1} as the inputs of one linear map, whose weights from h_{t−1} are r ⊙ U and whose bias is
/// b + r ⊙ b'. At the first step there is no h_{t−1}, so that nothing is lost there.
struct GRUTrace: RecurrentTrace {
  private struct Step {
    let input: Tensor
    let reset: Tensor
    /// (1 − z) ⊙ n.
    let added: Tensor
    /// z ⊙ h_{t−1}; `nil` at the first step.
    let carried: Tensor?
    /// What n is the tanh of.
    let signal: Tensor
  }

  private let weights: RecurrentWeights
  private let steps: [Step]
  let states: [Tensor]

  init(_ inputs: [Tensor], _ weights: RecurrentWeights) throws {
    var (steps, states) = ([Step](), [Tensor]())
    for input in inputs {
      let fromInput = try input.linear(weights.input, bias: weights.inputBias)
      let fromState =
        if let state = states.last {
          try state.linear(weights.state, bias: weights.stateBias)
        } else { weights.stateBias }
      func part(_ gate: Int, _ tensor: Tensor) throws -> Tensor {
        try weights.part(gate, of: tensor, -1)
      }
      let reset = try (part(0, fromInput) + part(0, fromState)).sigmoid()
      let update = try (part(1, fromInput) + part(1, fromState)).sigmoid()
      let signal = try part(2, fromInput) + reset * part(2, fromState)
      let added = try (1 - update) * signal.tanh()
      let carried = try states.last.map { try update * $0 }
      steps.append(
        Step(input: input, reset: reset, added: added, carried: carried, signal: signal))
      states.append(try carried.map { try added + $0 } ?? added)
    }
    (self.weights, self.steps, self.states) = (weights, steps, states)
  }

  func relevance(ofStates given: [Tensor?], _ rule: EpsilonRule) throws -> [Tensor?] {
    let (fromInput, fromState) = (
      try weights.part(2, of: weights.input), try weights.part(2, of: weights.state)
    )
    let (inputBias, stateBias) = (
      try weights.part(2, of: weights.inputBias), try weights.part(2, of: weights.stateBias)
    )
    var result = [Tensor?](repeating: nil, count: steps.count)
    var state: Tensor?
    for index in steps.indices.reversed() {
      let step = steps[index]
      guard let whole = try total(given[index], state) else { continue }
      var signal = whole
      state = nil
      if let carried = step.carried {
        let parts = try rule.split(whole, over: [step.added, carried], sum: states[index])
        (signal, state) = (parts[0], parts[1])
      }
      let shares = try rule.shares(
        of: signal, outputs: step.signal, bias: inputBias + step.reset * stateBias,
        inputs: weights.inputs + (index > 0 ? weights.hidden : 0))
      result[index] = try shares.taken(by: step.input, through: fromInput)
      if index > 0 {
        state = try total(
          state,
          shares.taken(by: states[index - 1], through: fromState, gate: step.reset))
      }
    }
    return result
  }
}
