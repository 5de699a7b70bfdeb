import Market
import Torch

/// The nonlinearity between layers, as specs name it.
public enum Activation: String, Layer, SpecChoice {
  case relu, leakyRelu = "leaky_relu", elu, gelu, silu, tanh

  public var parameters: [NamedTensor] { [] }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor {
    switch self {
    case .relu: try input.relu()
    case .leakyRelu: try input.leakyReLU(slope: 0.01)
    case .elu: try input.elu()
    case .gelu: try input.gelu()
    case .silu: try input.silu()
    case .tanh: try input.tanh()
    }
  }
}
