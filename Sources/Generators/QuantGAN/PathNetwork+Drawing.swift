import Torch

extension PathNetwork {
  /// Paths as numbers, row-major.
  struct Drawn {
    /// [batch, components, days].
    var path: [Float]
    /// σ of the return on each day, and σ ε; [batch, days], empty unless constrained.
    var volatility: [Float]
    var innovation: [Float]
  }

  /// Days that go through the network at once: what a long path needs of memory.
  static let daysAtOnce = 4096

  /// Paths from input [batch, channels, lead + days], piece by piece.
  func draw(
    _ input: [Float], batch: Int, days: Int, most: Double? = nil, device: Device
  ) throws -> Drawn {
    let (length, channels) = (lead + days, body.shape.inputs - (readsSizes ? 1 : 0))
    var drawn = Drawn(
      path: Array(repeating: 0, count: batch * components * days),
      volatility: Array(repeating: 0, count: isConstrained ? batch * days : 0), innovation: [])
    drawn.innovation = drawn.volatility
    for start in stride(from: 0, to: days, by: Self.daysAtOnce) {
      let count = min(Self.daysAtOnce, days - start)
      var piece: [Float] = []
      piece.reserveCapacity(batch * channels * (lead + count))
      for row in 0..<batch * channels {
        piece += input[row * length + start..<row * length + start + lead + count]
      }
      let (path, volatility) = try withoutGrad {
        let tensor = try Tensor(
          piece, shape: [batch, channels, lead + count], device: device)
        let parts = try parts(of: tensor, most: most)
        return (try parts.path.floats(), try parts.volatility?.floats())
      }
      for row in 0..<batch * components {
        for day in 0..<count { drawn.path[row * days + start + day] = path[row * count + day] }
      }
      guard let volatility else { continue }
      for row in 0..<batch {
        for day in 0..<count {
          let value = volatility[row * count + day]
          let noise = piece[row * channels * (lead + count) + lead + day]
          drawn.volatility[row * days + start + day] = value
          drawn.innovation[row * days + start + day] = value * noise
        }
      }
    }
    return drawn
  }
}
