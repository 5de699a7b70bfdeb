import Testing

@testable import Torch

/// All tests of this bundle, one after another: handle counts and memory belong to the process.
@Suite(.serialized) struct TorchSuite {}

/// The message of the native error that `body` throws; `nil` for success or another error.
func nativeMessage(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch TorchError.native(_, let message) {
    return message
  } catch {
    return nil
  }
}

/// Short arithmetic patterns in double precision, as `benchmarks/peers/torch_goldens.py` makes them.
func pattern(
  _ shape: Int..., scale: Double = 0.1, modulus: Int = 7, offset: Int = 3
) throws -> Tensor {
  let count = shape.reduce(1, *)
  let values = (0..<count).map {
    Double((5 * $0 + offset) % modulus - modulus / 2) * scale
  }
  return try Tensor(values, shape: shape)
}

func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
