import Networks
import Testing
import Torch

/// Short arithmetic patterns in double precision, as the scripts in `benchmarks/peers` make them.
func pattern(
  _ shape: [Int], scale: Double = 0.1, modulus: Int = 7, offset: Int = 3
) throws -> Tensor {
  let values = (0..<shape.reduce(1, *)).map {
    Double((5 * $0 + offset) % modulus - modulus / 2) * scale
  }
  return try Tensor(values, shape: shape)
}

extension Parameterized {
  /// Every parameter a pattern, each beginning elsewhere.
  func fillWithPatterns() throws {
    for (offset, item) in parameters.enumerated() {
      try item.tensor.assign(pattern(item.tensor.shape, offset: offset))
    }
  }
}

func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double = 1e-12) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

/// Holds every slope that `backward` gives against the central difference, in double precision.
///
/// `loss` has to be the same function each time: whatever it draws, it draws from a fresh generator.
func expectGradientsAgree(
  _ leaves: [NamedTensor], tolerance: Double = 1e-7,
  sourceLocation: SourceLocation = #_sourceLocation, of loss: () throws -> Tensor
) throws {
  try loss().backward()
  for item in leaves {
    let values = try item.tensor.detached().doubles()
    let gradient = try #require(
      try item.tensor.grad(), "\(item.name)", sourceLocation: sourceLocation
    ).doubles()
    for index in values.indices {
      func moved(_ step: Double) throws -> Double {
        var changed = values
        changed[index] += step
        try item.tensor.assign(Tensor(changed, shape: item.tensor.shape))
        return try withoutGrad { try loss().item() }
      }
      let numeric = try (moved(1e-5) - moved(-1e-5)) / 2e-5
      #expect(
        abs(gradient[index] - numeric) < tolerance, "\(item.name) \(index)",
        sourceLocation: sourceLocation)
    }
    try item.tensor.assign(Tensor(values, shape: item.tensor.shape))
  }
}
