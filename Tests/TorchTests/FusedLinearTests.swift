import Testing

@testable import Torch

extension TorchSuite {
  /// A linear layer and its rectifier against libtorch's own in double precision.
  @Suite struct FusedLinearTests {
    /// Rows, inputs and outputs around the widths of vectors, panels and tiles of rows.
    static let shapes = [
      [1, 1, 1], [5, 3, 2], [64, 16, 64], [65, 80, 1], [131, 65, 17], [200, 33, 144],
    ]

    /// The input, then weight and bias.
    static func leaves(_ shape: [Int], _ dtype: DType) throws -> [Tensor] {
      let generator = try Generator(seed: 6)
      return try [[shape[0], shape[1]], [shape[2], shape[1]], [shape[2]]].map {
        try generator.normal($0).to(dtype).detached().requiringGrad()
      }
    }

    static func plain(_ leaves: [Tensor], biased: Bool, rectified: Bool) throws -> Tensor {
      let sums = try leaves[0].linear(leaves[1], bias: biased ? leaves[2] : nil)
      return rectified ? try sums.relu() : sums
    }

    static func fused(_ leaves: [Tensor], biased: Bool, rectified: Bool) throws -> Tensor {
      try leaves[0].fusedLinear(leaves[1], bias: biased ? leaves[2] : nil, rectified: rectified)
    }

    /// With slopes that differ from element to element, so that no transposition goes unseen.
    static func score(_ output: Tensor) throws -> Tensor { try (output * 3 + 1).sin().sum() }

    @Test(arguments: shapes, [(true, false), (true, true), (false, true)])
    func agreesWithLibtorchOnEveryPath(_ shape: [Int], form: (Bool, Bool)) throws {
      let (biased, rectified) = form
      let count = biased ? 3 : 2
      let exact = try Self.leaves(shape, .float64)
      let expected = try Self.plain(exact, biased: biased, rectified: rectified)
      let slopes = try gradients(of: Self.score(expected), by: Array(exact[..<count]))
      for path in FusedKernels.available {
        try FusedTests.withPath(path) {
          let single = try Self.leaves(shape, .float32)
          let found = try Self.fused(single, biased: biased, rectified: rectified)
          #expect(try FusedTests.error(found, expected) < 1e-5, "\(path)")
          for (index, pair) in zip(
            try gradients(of: Self.score(found), by: Array(single[..<count])), slopes
          ).enumerated() {
            #expect(
              try FusedTests.error(pair.0, pair.1) < 1e-4, "gradient \(index), \(path)")
          }
          let bare = try withoutGrad {
            try Self.fused(single, biased: biased, rectified: rectified)
          }
          #expect(try bare.floats() == found.floats())
        }
      }
    }

    /// Whatever rows are beside it, and however few.
    @Test func aRowsResultIsItsOwn() throws {
      let leaves = try Self.leaves([131, 65, 17], .float32)
      let whole = try Self.fused(leaves, biased: true, rectified: true).floats()
      for (first, count) in [(0, 1), (3, 64), (77, 54)] {
        let part = try leaves[0].narrowed(0, from: first, length: count)
        let found = try Self.fused([part] + leaves[1...], biased: true, rectified: true)
        #expect(try found.floats() == Array(whole[(first * 17)..<((first + count) * 17)]))
      }
    }

    /// Where only one of the leaves wants a gradient, the others get none.
    @Test(arguments: 0..<3) func givesTheGradientsAskedFor(_ wanted: Int) throws {
      let leaves = try Self.leaves([70, 20, 33], .float32)
      let all = try gradients(
        of: Self.score(Self.fused(leaves, biased: true, rectified: true)), by: leaves)
      let some = try leaves.enumerated().map { try $0 == wanted ? $1 : $1.detached() }
      let output = try Self.fused(some, biased: true, rectified: true)
      let found = try gradients(of: Self.score(output), by: [some[wanted]])
      #expect(try found[0].floats() == all[wanted].floats())
    }

    @Test func gradientsCanBeDifferentiated() throws {
      func penalty(_ dtype: DType) throws -> [Tensor] {
        let leaves = try Self.leaves([9, 5, 4], dtype)
        let score = try Self.score(Self.fused(leaves, biased: true, rectified: true))
        let slope = try gradients(of: score, by: [leaves[0]], createGraph: true)[0]
        return try gradients(of: slope.square().sum(), by: leaves)
      }
      for (found, expected) in zip(try penalty(.float32), try penalty(.float64)) {
        #expect(try FusedTests.error(found, expected) < 1e-3)
      }
    }

    @Test func missingNumbersStayInTheirRow() throws {
      let leaves = try Self.leaves([40, 20, 7], .float32)
      var values = try leaves[0].detached().floats()
      values[7 * 20 + 3] = .nan
      let x = try Tensor(values, shape: [40, 20])
      let found = try Self.fused([x] + leaves[1...], biased: true, rectified: true).floats()
      let clean = try Self.fused(leaves, biased: true, rectified: true).floats()
      for (index, value) in found.enumerated() {
        #expect(index / 7 == 7 ? value.isNaN : value == clean[index])
      }
    }

    @Test func otherShapesAndTypesTakeLibtorch() throws {
      let exact = try Self.leaves([9, 5, 4], .float64)
      #expect(try Self.fused(exact, biased: true, rectified: true).dtype == .float64)
      let leaves = try Self.leaves([9, 5, 4], .float32)
      let cube = try leaves[0].reshaped(3, 3, 5)
      #expect(try cube.fusedLinear(leaves[1]).shape == [3, 3, 4])
      #expect(nativeMessage { _ = try leaves[0].fusedLinear(leaves[2]) } != nil)
    }
  }
}
