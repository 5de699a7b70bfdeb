import Market
import Torch

/// What reads a code: dropout → linear → tanh → linear, [rows, code] → [rows, outputs].
struct CodeHead: Layer {
  private let hidden: Linear
  private let output: Linear
  private let dropout: Dropout

  init(
    _ code: Int, outputs: Int, dropout: Double, using stream: inout SeedStream, device: Device,
    dtype: DType
  ) throws {
    hidden = try Linear(code, code, using: &stream, device: device, dtype: dtype)
    output = try Linear(code, outputs, using: &stream, device: device, dtype: dtype)
    self.dropout = Dropout(dropout)
  }

  var parameters: [NamedTensor] {
    hidden.parameters.prefixed("hidden") + output.parameters.prefixed("output")
  }

  func callAsFunction(_ code: Tensor, _ pass: Pass) throws -> Tensor {
    try output(hidden(dropout(code, pass), pass).tanh(), pass)
  }
}
