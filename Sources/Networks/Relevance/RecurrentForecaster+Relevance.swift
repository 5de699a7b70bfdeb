import Torch

/// The weights of the attention are gates: the mean over the steps is split between the states it is
/// the weighted sum of, and the scores take nothing.
extension RecurrentForecaster: RelevancePropagating {
  public func relevance(of input: Tensor, _ rule: EpsilonRule) throws -> Tensor {
    try withoutGrad {
      let (count, hidden) = (input.shape[1], shape.hidden)
      let energies = try entrance.map { try $0(input, .evaluating) }
      let entered = try energies?.tanh() ?? input
      let traces = try recurrent.traces((0..<count).map { try entered.selected(1, $0) })
      guard let states = traces.last?.states, let last = states.last else {
        return try Tensor.zeros(input.shape, dtype: input.dtype, device: input.device)
      }

      var read = last
      let weighted = try attention.map {
        let stacked = try Tensor.stacked(states, 1)
        return try $0.weights(stacked, .evaluating).unsqueezed(-1) * stacked
      }
      let context = try weighted?.sum(1)
      if let context { read = try .concatenated([last, context], -1) }
      let output = try head(read, .evaluating)
      let readRelevance = try head.relevance(of: read, outputs: output, output, rule)

      var relevance = [Tensor?](repeating: nil, count: count)
      relevance[count - 1] = try readRelevance.narrowed(-1, from: 0, length: hidden)
      if let weighted, let context {
        let parts = try rule.split(
          readRelevance.narrowed(-1, from: hidden, length: hidden),
          over: (0..<count).map { try weighted.selected(1, $0) }, sum: context)
        relevance = try zip(relevance, parts).map { try total($0, $1) }
      }
      for trace in traces.reversed() {
        relevance = try trace.relevance(ofStates: relevance, rule)
      }
      let none = try Tensor.zeros(
        [input.shape[0], entered.shape[2]], dtype: input.dtype, device: input.device)
      let whole = try Tensor.stacked(relevance.map { $0 ?? none }, 1)
      guard let entrance, let energies else { return whole }
      return try entrance.relevance(of: input, outputs: energies, whole, rule)
    }
  }
}
