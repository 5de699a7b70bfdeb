import Testing

@testable import Torch

extension TorchSuite {
  /// Batch normalisation in training against libtorch's own in double precision.
  @Suite struct FusedBatchNormTests {
    /// Around the widths of vectors and strips, and the rows of a chunk.
    static let shapes = [[5, 1], [7, 3], [128, 16], [129, 65], [300, 64], [257, 131]]

    /// The input, far from 0 in its first column, then weight and bias.
    static func leaves(_ shape: [Int], _ dtype: DType) throws -> [Tensor] {
      let generator = try Generator(seed: 4)
      var values = try (generator.normal(shape, dtype: .float64) * 2 - 1).doubles()
      for row in 0..<shape[0] { values[row * shape[1]] += 100 }
      // What single precision cannot hold is no error of the kernel.
      let x = try Tensor(values, shape: shape).to(.float32)
      let columns = try (0..<2).map { _ in try generator.normal([shape[1]]) }
      return try ([x] + columns).map { try $0.to(dtype).cloned().detached().requiringGrad() }
    }

    static func statistics(_ columns: Int, _ dtype: DType) throws -> [Tensor] {
      [
        try Tensor.ones([columns], dtype: dtype) * 0.5,
        try Tensor.ones([columns], dtype: dtype) * 2,
      ]
    }

    static func normalized(
      _ leaves: [Tensor], _ statistics: [Tensor], rectified: Bool = false
    ) throws -> Tensor {
      try leaves[0].batchNorm(
        weight: leaves[1], bias: leaves[2], runningMean: statistics[0],
        runningVariance: statistics[1], training: true, momentum: 0.3, rectified: rectified)
    }

    static func score(_ output: Tensor) throws -> Tensor { try (output * 3 + 1).sin().sum() }

    @Test(arguments: shapes, [false, true])
    func agreesWithLibtorchOnEveryPath(_ shape: [Int], rectified: Bool) throws {
      let exact = try Self.leaves(shape, .float64)
      let exactStatistics = try Self.statistics(shape[1], .float64)
      let plain = try Self.normalized(exact, exactStatistics)
      let expected = rectified ? try plain.relu() : plain
      let slopes = try gradients(of: Self.score(expected), by: exact)
      for path in FusedKernels.available {
        try FusedTests.withPath(path) {
          let single = try Self.leaves(shape, .float32)
          let statistics = try Self.statistics(shape[1], .float32)
          let found = try Self.normalized(single, statistics, rectified: rectified)
          #expect(try FusedTests.error(found, expected) < 1e-4, "\(path)")
          for (found, expected) in zip(statistics, exactStatistics) {
            #expect(try FusedTests.error(found, expected) < 1e-5, "\(path)")
          }
          for (index, pair) in zip(
            try gradients(of: Self.score(found), by: single), slopes
          ).enumerated() {
            #expect(
              try FusedTests.error(pair.0, pair.1) < 1e-3, "gradient \(index), \(path)")
          }
          let bare = try withoutGrad {
            try Self.normalized(
              single, Self.statistics(shape[1], .float32), rectified: rectified)
          }
          #expect(try bare.floats() == found.floats())
        }
      }
    }

    @Test(arguments: [false, true]) func gradientsCanBeDifferentiated(rectified: Bool) throws {
      func penalty(_ dtype: DType) throws -> [Tensor] {
        let leaves = try Self.leaves([9, 5], dtype)
        let score = try Self.score(
          Self.normalized(leaves, Self.statistics(5, dtype), rectified: rectified))
        let slope = try gradients(of: score, by: [leaves[0]], createGraph: true)[0]
        return try gradients(of: slope.square().sum(), by: leaves)
      }
      for (found, expected) in zip(try penalty(.float32), try penalty(.float64)) {
        #expect(try FusedTests.error(found, expected) < 1e-3)
      }
    }

    @Test(arguments: [false, true]) func missingNumbersStayInTheirColumn(rectified: Bool) throws {
      let leaves = try Self.leaves([40, 20], .float32)
      var values = try leaves[0].detached().floats()
      values[7 * 20 + 3] = .nan
      let x = try Tensor(values, shape: [40, 20])
      func normalized(_ leaves: [Tensor]) throws -> [Float] {
        try Self.normalized(leaves, Self.statistics(20, .float32), rectified: rectified).floats()
      }
      let (found, clean) = (try normalized([x] + leaves[1...]), try normalized(leaves))
      for (index, value) in found.enumerated() {
        #expect(index % 20 == 3 ? value.isNaN : value == clean[index])
      }
    }
  }
}
