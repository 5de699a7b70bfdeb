import Torch

/// Batch normalisation in evaluation is an affine map and becomes part of the linear map before it.
/// Layer normalisation divides by the deviation of a row, which counts as a gate: taking off the
/// mean, the learnt scale and the learnt shift become part of the linear map, and what is divided
/// takes all the relevance (the treatment of Ali et al., 2022, *XAI for Transformers*).
extension MLP: RelevancePropagating {
  public func relevance(of input: Tensor, _ rule: EpsilonRule) throws -> Tensor {
    try withoutGrad {
      var inputs = input
      var passed: [(inputs: Tensor, map: Map, outputs: Tensor)] = []
      for block in blocks {
        let map = try Map(block, of: inputs)
        let outputs = try map(inputs)
        passed.append((inputs, map, outputs))
        inputs = try shape.activation(outputs, .evaluating)
      }
      let output = try head(inputs, .evaluating)
      var relevance = try head.relevance(of: inputs, outputs: output, output, rule)
      for step in passed.reversed() {
        relevance = try rule.shares(
          of: relevance, outputs: step.outputs, bias: step.map.bias,
          inputs: step.map.weight.shape[1]
        ).taken(by: step.inputs, through: step.map.weight, gate: step.map.gate)
      }
      return relevance
    }
  }

  /// A linear map and the normalisation behind it as one: gate ⊙ (x Wᵀ) + bias.
  private struct Map {
    let weight: Tensor
    /// [outputs], or [rows, outputs] where it depends on the row.
    let bias: Tensor?
    /// [rows, 1]; `nil` where there is nothing to multiply by.
    let gate: Tensor?

    init(_ block: Block, of inputs: Tensor) throws {
      let (linear, epsilon) = (block.linear, 1e-5)
      switch block.normalization {
      case let norm as BatchNorm1d:
        let scale = try norm.weight / (norm.runningVariance + epsilon).sqrt()
        let shift =
          if let own = linear.bias { try own - norm.runningMean } else {
            try -norm.runningMean
          }
        weight = try linear.weight * scale.unsqueezed(-1)
        bias = try shift * scale + norm.bias
        gate = nil
      case let norm as LayerNorm:
        let centred = try linear.weight - linear.weight.mean(0, keepDims: true)
        var values = try inputs.linear(centred)
        var shift: Tensor?
        if let own = linear.bias {
          let centredBias = try own - own.mean(0, keepDims: true)
          values = try values + centredBias
          shift = try centredBias * norm.weight
        }
        let scale = try (values.square().mean(-1, keepDims: true) + epsilon).sqrt().reciprocal()
        weight = try centred * norm.weight.unsqueezed(-1)
        bias = if let shift { try shift * scale + norm.bias } else { norm.bias }
        gate = scale
      default:
        (weight, bias, gate) = (linear.weight, linear.bias, nil)
      }
    }

    func callAsFunction(_ inputs: Tensor) throws -> Tensor {
      var values = try inputs.linear(weight)
      if let gate { values = try values * gate }
      return if let bias { try values + bias } else { values }
    }
  }
}
