import Foundation
import Torch

/// Adds to each step of [batch, steps, width] a fixed pattern that tells the steps apart.
///
/// Element 2k of step *t* is sin(t / 10000^(2k / width)), element 2k + 1 the cosine of the same;
/// nothing is learnt. Vaswani et al. (2017), section 3.5.
public struct PositionalEncoding: Layer {
  /// [steps, width].
  public let pattern: Tensor

  public init(
    steps: Int, width: Int, device: Device = .cpu, dtype: DType = .float32
  ) throws {
    var values: [Double] = []
    for step in 0..<steps {
      for element in 0..<width {
        let pair = Double(element / 2 * 2)
        let angle = Double(step) / pow(10_000, pair / Double(width))
        values.append(element % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
    pattern = try Tensor(values, shape: [steps, width]).to(dtype, device: device)
  }

  public var parameters: [NamedTensor] { [] }

  public func callAsFunction(_ input: Tensor, _: Pass) throws -> Tensor { try input + pattern }
}
