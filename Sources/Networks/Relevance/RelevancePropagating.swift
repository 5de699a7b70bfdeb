import Torch

/// A layer that can say how much of its output came from each of its inputs.
///
/// Layer-wise relevance propagation: the output itself is the relevance of the output, and every
/// linear map hands on what it has by the ε-rule, from the last to the first. Activations hand
/// theirs on unchanged. Of gate × signal the signal takes all (Arras et al., 2017).
public protocol RelevancePropagating: Layer {
  /// Relevance of each input, in the input's shape and the output's unit; no graph is recorded.
  ///
  /// It is taken in evaluation. With δ = 1 the relevances of a row sum to its output, up to
  /// rounding, and rounding is that of the largest of them; of several outputs to their sum.
  /// - Complexity: two to three times that of the layer.
  func relevance(of input: Tensor, _ rule: EpsilonRule) throws -> Tensor
}

extension Linear {
  /// Relevance of `inputs` where this map made `outputs` of them, and of nothing else.
  func relevance(
    of inputs: Tensor, outputs: Tensor, _ relevance: Tensor, _ rule: EpsilonRule
  ) throws -> Tensor {
    try rule.shares(of: relevance, outputs: outputs, bias: bias, inputs: weight.shape[1])
      .taken(by: inputs, through: weight)
  }
}
