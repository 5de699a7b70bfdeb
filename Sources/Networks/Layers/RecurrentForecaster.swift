import Market
import Torch

/// Recurrent layers and a linear head on the state at the last step: [batch, steps, inputs] →
/// [batch, 1].
///
/// With attention it is ALSTM: a tanh layer goes before the recurrent ones, and the head also sees a
/// learnt mean of the states of all steps (Feng et al., 2019, *Enhancing Stock Movement Prediction
/// with Adversarial Training*, without the adversary).
public struct RecurrentForecaster: Layer {
  /// How it is built; the weights are drawn from a stream.
  public struct Shape: Sendable, Equatable {
    public var cell: Recurrent.Cell
    public var inputs: Int
    public var layers: Int
    public var hidden: Int
    /// Between recurrent layers, in the attention, and before the head.
    public var dropout: Double
    public var attention: Bool

    public init(
      cell: Recurrent.Cell, inputs: Int, layers: Int = 1, hidden: Int, dropout: Double = 0,
      attention: Bool = false
    ) {
      (self.cell, self.inputs, self.layers, self.hidden) = (cell, inputs, layers, hidden)
      (self.dropout, self.attention) = (dropout, attention)
    }
  }

  public let shape: Shape
  public let recurrent: Recurrent
  public let head: Linear
  let entrance: Linear?
  let attention: AttentionOverSteps?
  private let dropout: Dropout

  public init(
    _ shape: Shape, using stream: inout SeedStream, device: Device = .cpu,
    dtype: DType = .float32
  ) throws {
    let hidden = shape.hidden
    self.shape = shape
    entrance =
      shape.attention
      ? try Linear(shape.inputs, hidden, using: &stream, device: device, dtype: dtype) : nil
    recurrent = try Recurrent(
      shape.cell, inputs: shape.attention ? hidden : shape.inputs, hidden: hidden,
      layers: shape.layers, dropout: shape.dropout, using: &stream, device: device, dtype: dtype)
    attention =
      shape.attention
      ? try AttentionOverSteps(
        hidden, dropout: shape.dropout, using: &stream, device: device, dtype: dtype) : nil
    head = try Linear(
      shape.attention ? 2 * hidden : hidden, 1, using: &stream, device: device, dtype: dtype)
    dropout = Dropout(shape.dropout)
  }

  public var parameters: [NamedTensor] {
    (entrance?.parameters.prefixed("entrance") ?? []) + recurrent.parameters.prefixed("recurrent")
      + (attention?.parameters.prefixed("attention") ?? []) + head.parameters.prefixed("head")
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    let entered = try entrance.map { try $0(input, pass).tanh() } ?? input
    let states = try recurrent.states(entered, pass)
    var read = states.last
    if let attention { read = try .concatenated([read, attention(states.output, pass)], -1) }
    return try head(dropout(read, pass), pass)
  }
}
