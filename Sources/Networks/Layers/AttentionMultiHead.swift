import Market
import Torch

/// Scaled dot-product self-attention with several heads over [batch, tokens, width].
///
/// Vaswani et al. (2017), *Attention Is All You Need*, section 3.2. Parameters have the names,
/// shapes and starting distributions of PyTorch's `MultiheadAttention`; dropout falls on the
/// attention weights.
public struct AttentionMultiHead: Parameterized {
  public let width: Int
  public let heads: Int
  /// Queries, keys and values, stacked: [3 · width, width].
  private let inputWeight: Tensor
  private let inputBias: Tensor
  private let outputWeight: Tensor
  private let outputBias: Tensor
  private let dropout: Dropout

  /// - Precondition: `heads` divides `width`.
  public init(
    _ width: Int, heads: Int, dropout: Double = 0, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    precondition(heads > 0 && width % heads == 0, "heads do not divide the width")
    func uniform(_ shape: [Int], _ bound: Double) throws -> Tensor {
      let values = (0..<shape.reduce(1, *)).map { _ in Float(bound * (2 * stream.uniform() - 1)) }
      return try Tensor(values, shape: shape, device: device).to(dtype).requiringGrad()
    }
    func zeros(_ count: Int) throws -> Tensor {
      try Tensor.zeros([count], dtype: dtype, device: device).requiringGrad()
    }
    // Glorot's bound over the stacked matrix: √(6 / (fan in + fan out)).
    inputWeight = try uniform([3 * width, width], (6 / Double(4 * width)).squareRoot())
    inputBias = try zeros(3 * width)
    outputWeight = try uniform([width, width], 1 / Double(width).squareRoot())
    outputBias = try zeros(width)
    (self.width, self.heads) = (width, heads)
    self.dropout = Dropout(dropout)
  }

  public var parameters: [NamedTensor] {
    [
      NamedTensor("in_proj_weight", inputWeight), NamedTensor("in_proj_bias", inputBias),
      NamedTensor("out_proj.weight", outputWeight), NamedTensor("out_proj.bias", outputBias),
    ]
  }

  /// What every token takes from all of them: [batch, tokens, width].
  ///
  /// Tokens where `absent` ([batch, tokens], `bool`) holds are attended to by none; each sequence
  /// needs one that is there.
  /// - Complexity: O(tokens · width²) + O(tokens² · width) a sequence.
  public func callAsFunction(
    _ tokens: Tensor, absent: Tensor? = nil, _ pass: Pass
  ) throws -> Tensor {
    let (batch, count) = (tokens.shape[0], tokens.shape[1])
    // [3, batch, heads, tokens, width / heads]
    let parts = try tokens.linear(inputWeight, bias: inputBias)
      .reshaped(batch, count, 3, heads, width / heads).permuted(2, 0, 3, 1, 4)
    let queries = try parts.selected(0, 0) * scale
    var scores = try queries.matmul(parts.selected(0, 1).transposed())
    if let absent {
      scores = try scores.filled(absent.unsqueezed(1).unsqueezed(1), with: -.infinity)
    }
    let weights = try dropout(scores.softmax(-1), pass)
    let mixed = try weights.matmul(parts.selected(0, 2)).permuted(0, 2, 1, 3)
    return try mixed.reshaped(batch, count, width).linear(outputWeight, bias: outputBias)
  }

  /// What the last token takes from all of them, alone: [batch, width].
  ///
  /// The same values as the last of the whole at a fraction of the work: one query a head is brought
  /// to the space of the tokens, which spares their projection to keys and values.
  /// - Complexity: O(tokens · heads · width) + O(width²) a sequence.
  public func last(_ tokens: Tensor, _ pass: Pass) throws -> Tensor {
    let (batch, depth) = (tokens.shape[0], width / heads)
    func part(_ index: Int) throws -> (weight: Tensor, bias: Tensor) {
      (
        try inputWeight.narrowed(0, from: index * width, length: width),
        try inputBias.narrowed(0, from: index * width, length: width)
      )
    }
    let (query, key, value) = (try part(0), try part(1), try part(2))
    let own = try tokens.selected(1, tokens.shape[1] - 1).linear(query.weight, bias: query.bias)
    // [heads, batch, depth] · [heads, depth, width]; a key's bias moves all scores of a query alike,
    // and softmax does not see it.
    let queries = try (own * scale).reshaped(batch, heads, depth).transposed(0, 1)
      .matmul(key.weight.reshaped(heads, depth, width)).transposed(0, 1)
    let scores = try queries.matmul(tokens.transposed())
    // With dropout, weights need not sum to 1, and the values' bias counts as often as they do.
    let weights = try dropout(scores.softmax(-1), pass)
    let mixed = try weights.matmul(tokens).transposed(0, 1)
      .matmul(value.weight.reshaped(heads, depth, width).transposed()).transposed(0, 1)
    let shift = try weights.sum(-1, keepDims: true) * value.bias.reshaped(1, heads, depth)
    return try (mixed + shift).reshaped(batch, width).linear(outputWeight, bias: outputBias)
  }

  private var scale: Double { 1 / Double(width / heads).squareRoot() }
}
