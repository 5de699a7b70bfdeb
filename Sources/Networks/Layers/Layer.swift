import Torch

/// Which of its two ways of working a network is asked for.
///
/// Handed to every layer, rather than a flag kept in it: nothing can be left in the wrong mode.
public enum Pass {
  /// Dropout draws from the generator, batch normalisation uses and records the batch's moments.
  case training(Generator)
  /// A row's result depends on that row alone.
  case evaluating

  var isTraining: Bool { generator != nil }

  /// What dropout draws from; `nil` in evaluation.
  var generator: Generator? {
    if case .training(let generator) = self { generator } else { nil }
  }
}

/// A tensor under the name it has in a state dictionary, such as `hidden.0.weight`.
public struct NamedTensor {
  public let name: String
  public let tensor: Tensor

  public init(_ name: String, _ tensor: Tensor) { (self.name, self.tensor) = (name, tensor) }
}

/// Something with learnt tensors: a layer, or a network of layers.
///
/// Names are unique within it, and the order never changes.
public protocol Parameterized {
  /// What the optimiser moves: leaves that require gradients.
  var parameters: [NamedTensor] { get }
  /// What training moves but does not learn, such as running moments.
  var statistics: [NamedTensor] { get }
}

extension Parameterized {
  public var statistics: [NamedTensor] { [] }

  /// Number of learnt values.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }
}

extension [NamedTensor] {
  /// The same tensors under `prefix.name`.
  public func prefixed(_ prefix: String) -> [NamedTensor] {
    map { NamedTensor("\(prefix).\($0.name)", $0.tensor) }
  }
}

/// A function of one tensor.
public protocol Layer: Parameterized {
  func callAsFunction(_ input: Tensor, _ pass: Pass) throws -> Tensor
}
