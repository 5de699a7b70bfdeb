import Torch

/// Zeroes each element with the probability given and scales the rest up; nothing in evaluation.
public struct Dropout: Layer {
  public let probability: Double

  public init(_ probability: Double) { self.probability = probability }

  public var parameters: [NamedTensor] { [] }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor {
    guard case .training(let generator) = pass, probability > 0 else { return input }
    return try input.dropout(probability, using: generator)
  }
}
