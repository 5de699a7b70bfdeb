import Testing

@testable import Torch

extension TorchSuite {
  /// A fused encoder layer against its definition, composed of single operations in double precision.
  @Suite struct FusedEncoderTests {
    struct Shape: Sendable, CustomTestStringConvertible {
      let batch, tokens, width, heads, inner: Int
      var testDescription: String {
        "batch \(batch), tokens \(tokens), width \(width), heads \(heads), inner \(inner)"
      }

      init(_ batch: Int, _ tokens: Int, _ width: Int, heads: Int, inner: Int) {
        (self.batch, self.tokens, self.width) = (batch, tokens, width)
        (self.heads, self.inner) = (heads, inner)
      }
    }

    static let forms = [true, false].flatMap { first in
      [true, false].map { EncoderLayerForm(heads: 1, normFirst: first, lastOnly: $0) }
    }

    /// Heads of less than a vector, of one and of several; more samples than one tile holds.
    static let shapes = [
      Shape(1, 1, 4, heads: 1, inner: 3), Shape(7, 2, 20, heads: 4, inner: 33),
      Shape(9, 20, 64, heads: 4, inner: 128), Shape(3, 33, 40, heads: 2, inner: 5),
    ]

    /// The input and then the parameters, in double precision.
    static func tensors(_ shape: Shape) throws -> [Tensor] {
      let generator = try Generator(seed: 11)
      let (width, inner) = (shape.width, shape.inner)
      let scale = 1 / Double(width).squareRoot()
      func normal(_ sizes: [Int], _ scale: Double) throws -> Tensor {
        try generator.normal(sizes, dtype: .float64) * scale
      }
      var tensors = [try normal([shape.batch, shape.tokens, width], 1)]
      for sizes in [[3 * width, width], [width, width], [inner, width], [width, inner]] {
        tensors += [try normal(sizes, 1.5 * scale), try normal([sizes[0]], 0.3)]
      }
      for _ in 0..<2 {
        tensors += [try normal([width], 0.3) + 1, try normal([width], 0.3)]
      }
      return tensors
    }

    /// Dropout's factors: on attention [batch, heads, keys, queries], on what it gives, and on the
    /// inner and outer results of the feed-forward network.
    typealias Masks = [Tensor]

    static func plain(
      _ form: EncoderLayerForm, _ leaves: [Tensor], _ masks: Masks? = nil
    ) throws -> Tensor {
      let (x, p) = (leaves[0], Array(leaves[1...]))
      let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2])
      let depth = width / form.heads
      func dropped(_ values: Tensor, _ index: Int) throws -> Tensor {
        guard let masks else { return values }
        return try values * masks[index]
      }
      func norm(_ rows: Tensor, _ first: Int) throws -> Tensor {
        let centred = try rows - rows.mean(-1, keepDims: true)
        let variance = try rows.variance(-1, population: true, keepDims: true)
        return try centred / (variance + form.epsilon).sqrt() * p[first] + p[first + 1]
      }
      func linear(_ rows: Tensor, _ first: Int) throws -> Tensor {
        try rows.matmul(p[first].transposed()) + p[first + 1]
      }
      func feedForward(_ rows: Tensor) throws -> Tensor {
        try dropped(linear(dropped(linear(rows, 4).relu(), 2), 6), 3)
      }
      let parts = try linear(form.normFirst ? norm(x, 8) : x, 0)
        .reshaped(batch, tokens, 3, form.heads, depth).permuted(2, 0, 3, 1, 4)
      var (queries, around) = (try parts.selected(0, 0), x)
      if form.lastOnly {
        queries = try queries.narrowed(2, from: tokens - 1, length: 1)
        around = try around.narrowed(1, from: tokens - 1, length: 1)
      }
      let scores = try parts.selected(0, 1).matmul(queries.transposed())
      let weights = try dropped((scores / Double(depth).squareRoot()).softmax(-2), 0)
      let mixed = try weights.transposed().matmul(parts.selected(0, 2)).permuted(0, 2, 1, 3)
        .reshaped(batch, around.shape[1], width)
      var sum = try around + dropped(linear(mixed, 2), 1)
      if form.normFirst {
        sum = try sum + feedForward(norm(sum, 10))
      } else {
        sum = try norm(sum, 8)
        sum = try norm(sum + feedForward(sum), 10)
      }
      return form.lastOnly ? try sum.squeezed(1) : sum
    }

    /// As the fused layer draws them.
    static func masks(_ form: EncoderLayerForm, _ shape: Shape, seed: UInt64, keep: Double) throws
      -> Masks
    {
      let generator = try Generator(seed: seed)
      let queries = form.lastOnly ? 1 : shape.tokens
      return try [
        [shape.batch, shape.heads, shape.tokens, queries], [shape.batch, queries, shape.width],
        [shape.batch, queries, shape.inner], [shape.batch, queries, shape.width],
      ].map { try (generator.bernoulli(keep, $0) / keep).to(.float64) }
    }

    static func reading(_ output: Tensor) throws -> Tensor { try (output * 3 + 1).sin().sum() }

    @Test(arguments: forms, shapes)
    func agreesWithItsDefinitionOnEveryPath(_ form: EncoderLayerForm, _ shape: Shape) throws {
      var form = form
      form.heads = shape.heads
      let given = try Self.tensors(shape)
      let exact = try FusedTests.leaves(given, .float64)
      let single = try FusedTests.leaves(given, .float32)
      for keep in [1, 0.75] {
        let masks = keep < 1 ? try Self.masks(form, shape, seed: 4, keep: keep) : nil
        let expected = try Self.plain(form, exact, masks)
        let slopes = try gradients(of: Self.reading(expected), by: exact)
        for path in FusedKernels.available {
          try FusedTests.withPath(path) {
            func run(_ leaves: [Tensor]) throws -> Tensor {
              try leaves[0].fusedEncoderLayer(
                form, Array(leaves[1...]), dropout: 1 - keep, generator: Generator(seed: 4))
            }
            let found = try run(single)
            #expect(found.shape == expected.shape)
            #expect(try FusedTests.error(found, expected) < 1e-5)
            let foundSlopes = try gradients(of: Self.reading(found), by: single)
            for (index, pair) in zip(foundSlopes, slopes).enumerated() {
              #expect(try FusedTests.error(pair.0, pair.1) < 1e-4, "gradient \(index), \(path)")
            }
            #expect(try withoutGrad { try run(single) }.floats() == found.floats())
          }
        }
      }
    }

    @Test(arguments: forms) func otherWaysComputeTheSame(_ form: EncoderLayerForm) throws {
      let given = try Self.tensors(Shape(3, 5, 6, heads: 1, inner: 7))
      let exact = try FusedTests.leaves(given, .float64)
      let single = try FusedTests.leaves(given, .float32)
      func penalty(_ leaves: [Tensor], _ run: ([Tensor]) throws -> Tensor) throws -> [Tensor] {
        let slope = try gradients(
          of: Self.reading(run(leaves)), by: [leaves[0]], createGraph: true)[0]
        return try gradients(of: (slope.square().sum() + 1).sqrt(), by: Array(leaves[..<9]))
      }
      func fused(_ leaves: [Tensor]) throws -> Tensor {
        try leaves[0].fusedEncoderLayer(form, Array(leaves[1...]))
      }
      #expect(try isClose(fused(exact).doubles(), Self.plain(form, exact).doubles(), 1e-11))
      let expected = try penalty(exact) { try Self.plain(form, $0) }
      for (slope, expected) in zip(try penalty(single, fused), expected) {
        #expect(try FusedTests.error(slope, expected) < 1e-3)
      }
    }

    @Test(arguments: forms) func repeatsBitForBit(_ form: EncoderLayerForm) async throws {
      @Sendable func bits() throws -> [Float] {
        let leaves = try FusedTests.leaves(
          Self.tensors(Shape(9, 20, 32, heads: 1, inner: 16)), .float32)
        let output = try leaves[0].fusedEncoderLayer(
          form, Array(leaves[1...]), dropout: 0.2, generator: Generator(seed: 1))
        let slopes = try gradients(of: Self.reading(output), by: leaves)
        return try output.floats() + slopes.flatMap { try $0.floats() }
      }
      let expected = try bits()
      let others = try await withThrowingTaskGroup(of: [Float].self) { group in
        for _ in 0..<4 { group.addTask { try bits() } }
        return try await group.reduce(into: [[Float]]()) { $0.append($1) }
      }
      #expect(others.allSatisfy { $0 == expected })
    }

    @Test(arguments: forms) func missingNumbersStayInTheirSample(_ form: EncoderLayerForm) throws {
      let tensors = try Self.tensors(Shape(5, 3, 6, heads: 1, inner: 7)).map { try $0.to(.float32) }
      var values = try tensors[0].floats()
      values[2 * 18] = .nan
      let x = try Tensor(values, shape: [5, 3, 6])
      for path in FusedKernels.available {
        try FusedTests.withPath(path) {
          let found = try x.fusedEncoderLayer(form, Array(tensors[1...])).floats()
          let clean = try tensors[0].fusedEncoderLayer(form, Array(tensors[1...])).floats()
          let each = found.count / 5
          for sample in 0..<5 {
            let range = (sample * each)..<((sample + 1) * each)
            if sample == 2 {
              #expect(found[range].allSatisfy { $0.isNaN })
            } else {
              #expect(found[range] == clean[range])
            }
          }
        }
      }
    }

    @Test func strayShapesAreErrors() throws {
      let form = EncoderLayerForm(heads: 1, normFirst: true)
      let good = try Self.tensors(Shape(2, 3, 4, heads: 1, inner: 5))
      #expect(nativeMessage { _ = try good[0].fusedEncoderLayer(form, Array(good[1...])) } == nil)
      #expect(nativeMessage { _ = try good[0].fusedEncoderLayer(form, Array(good[2...])) } != nil)
      for index in 1..<good.count {
        var stray = good
        stray[index] = try Tensor.zeros([7], dtype: .float64)
        #expect(
          nativeMessage { _ = try stray[0].fusedEncoderLayer(form, Array(stray[1...])) } != nil)
      }
      for heads in [0, 3, -1] {
        let form = EncoderLayerForm(heads: heads, normFirst: true)
        #expect(nativeMessage { _ = try good[0].fusedEncoderLayer(form, Array(good[1...])) } != nil)
      }
      #expect(
        nativeMessage {
          _ = try good[0].fusedEncoderLayer(form, Array(good[1...]), dropout: 0.5)
        }?.contains("generator") == true)
    }
  }
}
