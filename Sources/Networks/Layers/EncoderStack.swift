import Market
import Torch

/// Encoder layers on top of each other and, where they are pre-normalised, the norm they need.
///
/// [batch, tokens, width] → the same, or the last token's alone.
public struct EncoderStack: Parameterized {
  private let layers: [EncoderLayer]
  private let norm: LayerNorm?

  /// - Precondition: at least one layer.
  public init(
    _ shape: EncoderLayer.Shape, layers: Int, using stream: inout SeedStream,
    device: Device = .cpu, dtype: DType = .float32
  ) throws {
    precondition(layers >= 1)
    self.layers = try (0..<layers).map { _ in
      try EncoderLayer(shape, using: &stream, device: device, dtype: dtype)
    }
    norm = shape.norm == .pre ? try LayerNorm(shape.width, device: device, dtype: dtype) : nil
  }

  public var parameters: [NamedTensor] {
    layers.enumerated().flatMap { $1.parameters.prefixed("layers.\($0)") }
      + (norm?.parameters.prefixed("norm") ?? [])
  }

  public func callAsFunction(
    _ tokens: Tensor, absent: Tensor? = nil, _ pass: Pass
  ) throws -> Tensor {
    var values = tokens
    for layer in layers { values = try layer(values, absent: absent, pass) }
    return try norm?(values, pass) ?? values
  }

  /// The last token's output, [batch, width]; of the last layer nothing else is computed.
  public func last(_ tokens: Tensor, _ pass: Pass) throws -> Tensor {
    var values = tokens
    for layer in layers.dropLast() { values = try layer(values, pass) }
    values = try layers[layers.count - 1].last(values, pass)
    return try norm?(values, pass) ?? values
  }
}
