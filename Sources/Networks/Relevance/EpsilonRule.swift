import Torch

/// How a linear map hands the relevance of its outputs down to its inputs.
///
/// For z_j = Σᵢ x_i w_ij + b_j over *N* inputs, input *i* takes from output *j*
///
///     (x_i w_ij + (ε sgn(z_j) + δ b_j) / N) / (z_j + ε sgn(z_j)) · R_j,   sgn(0) = 1:
///
/// Bach et al. (2015), *On Pixel-Wise Explanations*, with stabiliser and bias spread as in Arras et
/// al. (2017), *Explaining Recurrent Neural Network Predictions in Sentiment Analysis*. With δ = 1
/// the inputs of an output take exactly its relevance; with δ = 0 the bias keeps its own.
public struct EpsilonRule: Sendable, Equatable {
  /// ε, in units of the outputs: it keeps the quotient finite where an output is about 0.
  public var epsilon: Double
  /// δ: the share of each bias, 0 to 1, that is spread evenly over the inputs.
  public var biasShare: Double

  /// - Precondition: ε is above 0.
  public init(epsilon: Double = 1e-3, biasShare: Double = 1) {
    precondition(epsilon > 0, "the stabiliser has to be above 0")
    (self.epsilon, self.biasShare) = (epsilon, biasShare)
  }

  /// What the inputs of a linear map take, before it is known what they are.
  struct Shares {
    /// R_j / (z_j + ε sgn(z_j)), the shape of the outputs.
    let quotient: Tensor
    /// What every input takes for stabiliser and bias: 1 in the last dimension.
    let even: Tensor

    /// Relevance of the inputs that come in through `weight` ([outputs, inputs]).
    ///
    /// Where a `gate` scales what the weights bring to an output, the signal takes all.
    func taken(by inputs: Tensor, through weight: Tensor, gate: Tensor? = nil) throws -> Tensor {
      let gated = if let gate { try quotient * gate } else { quotient }
      return try inputs * gated.matmul(weight) + even
    }
  }

  /// Shares of `relevance` ([…, outputs]) in a map of `count` inputs that gave `outputs`.
  func shares(
    of relevance: Tensor, outputs: Tensor, bias: Tensor?, inputs count: Int
  ) throws -> Shares {
    let stabilizer = try stabilizer(of: outputs)
    let quotient = try relevance / (outputs + stabilizer)
    var spread = stabilizer
    if let bias { spread = try spread + bias * biasShare }
    return Shares(
      quotient: quotient,
      even: try (spread * quotient).sum(-1, keepDims: true) / Double(count))
  }

  /// The same rule for a sum of terms, element by element: each counts as an input of weight 1.
  func split(_ relevance: Tensor, over terms: [Tensor], sum: Tensor) throws -> [Tensor] {
    let stabilizer = try stabilizer(of: sum)
    let quotient = try relevance / (sum + stabilizer)
    let even = try stabilizer / Double(terms.count)
    return try terms.map { try ($0 + even) * quotient }
  }

  /// ε sgn(z).
  private func stabilizer(of outputs: Tensor) throws -> Tensor {
    try outputs.greaterOrEqual(0).to(outputs.dtype) * (2 * epsilon) - epsilon
  }
}
