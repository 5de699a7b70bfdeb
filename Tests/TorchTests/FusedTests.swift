import Testing

@testable import Torch

extension TorchSuite {
  /// Fused layers against libtorch's own in double precision.
  @Suite struct FusedTests {
    enum Cell: CaseIterable, Sendable { case lstm, gru }

    struct Shape: Sendable, CustomTestStringConvertible {
      let batch, steps, features, hidden, layers: Int
      var testDescription: String {
        "batch \(batch), steps \(steps), features \(features), hidden \(hidden), layers \(layers)"
      }

      init(_ batch: Int, _ steps: Int, _ features: Int, _ hidden: Int, layers: Int = 1) {
        (self.batch, self.steps, self.features) = (batch, steps, features)
        (self.hidden, self.layers) = (hidden, layers)
      }
    }

    /// Around the widths of vectors, register tiles and tiles of rows.
    static let shapes = [
      Shape(1, 1, 1, 3), Shape(7, 2, 5, 16), Shape(33, 20, 20, 64), Shape(33, 2, 1, 65),
      Shape(7, 20, 5, 3, layers: 2), Shape(65, 2, 20, 16, layers: 2),
    ]

    /// The input and then w_ih, w_hh, b_ih, b_hh of each layer, in double precision.
    static func tensors(_ cell: Cell, _ shape: Shape, seed: UInt64 = 5) throws -> [Tensor] {
      let generator = try Generator(seed: seed)
      func normal(_ sizes: [Int], _ scale: Double = 1) throws -> Tensor {
        try generator.normal(sizes, dtype: .float64) * scale
      }
      let rows = (cell == .lstm ? 4 : 3) * shape.hidden
      var tensors = [try normal([shape.batch, shape.steps, shape.features])]
      for layer in 0..<shape.layers {
        tensors += [
          try normal([rows, layer == 0 ? shape.features : shape.hidden], 0.4),
          try normal([rows, shape.hidden], 0.3), try normal([rows], 0.3), try normal([rows], 0.3),
        ]
      }
      return tensors
    }

    static func fused(
      _ cell: Cell, _ x: Tensor, _ parameters: [Tensor], dropout: Double = 0,
      generator: Generator? = nil
    ) throws -> (output: Tensor, last: Tensor) {
      try cell == .lstm
        ? x.fusedLSTM(parameters, dropout: dropout, generator: generator)
        : x.fusedGRU(parameters, dropout: dropout, generator: generator)
    }

    static func plain(
      _ cell: Cell, _ x: Tensor, _ parameters: [Tensor]
    ) throws -> (output: Tensor, last: Tensor) {
      let (layers, hidden) = (parameters.count / 4, parameters[1].shape[1])
      let zeros = try Tensor.zeros([layers, x.shape[0], hidden], dtype: x.dtype)
      let output =
        try cell == .lstm
        ? x.lstm(hidden: zeros, cell: zeros, parameters: parameters, layers: layers).output
        : x.gru(hidden: zeros, parameters: parameters, layers: layers).output
      return (output, try output.selected(1, x.shape[1] - 1))
    }

    /// Which of the two results a function of them depends on.
    enum Reading: CaseIterable, Sendable {
      case all, last, both

      func callAsFunction(_ states: (output: Tensor, last: Tensor)) throws -> Tensor {
        // Slopes that differ from element to element, so that no transposition goes unseen.
        let all = try (states.output * 3 + 1).sin().sum()
        let last = try (states.last * 2 - 1).sin().sum()
        return switch self {
        case .all: all
        case .last: last
        case .both: try all + last
        }
      }
    }

    /// The largest error as a share of the largest element, or of 1e-3 where all are smaller.
    static func error(_ found: Tensor, _ expected: Tensor) throws -> Double {
      let scale = max(try expected.abs().max().item(), 1e-3)
      return try (found.to(.float64) - expected).abs().max().item() / scale
    }

    static func leaves(_ tensors: [Tensor], _ dtype: DType) throws -> [Tensor] {
      try tensors.map { try $0.to(dtype).cloned().detached().requiringGrad() }
    }

    static func withPath<Result>(
      _ path: FusedKernels.Path?, _ body: () throws -> Result
    ) throws -> Result {
      try FusedKernels.use(path)
      defer { try? FusedKernels.use(nil) }
      return try body()
    }

    @Test(arguments: Cell.allCases, shapes)
    func agreesWithLibtorchOnEveryPath(_ cell: Cell, _ shape: Shape) throws {
      let given = try Self.tensors(cell, shape)
      let exact = try Self.leaves(given, .float64)
      let single = try Self.leaves(given, .float32)
      let expected = try Self.plain(cell, exact[0], Array(exact[1...]))
      for reading in Reading.allCases {
        let slopes = try gradients(of: reading(expected), by: exact, createGraph: true)
        for path in FusedKernels.available {
          try Self.withPath(path) {
            let found = try Self.fused(cell, single[0], Array(single[1...]))
            #expect(try Self.error(found.output, expected.output) < 1e-5)
            #expect(try Self.error(found.last, expected.last) < 1e-5)
            let foundSlopes = try gradients(of: reading(found), by: single)
            for (index, pair) in zip(foundSlopes, slopes).enumerated() {
              #expect(
                try Self.error(pair.0, pair.1) < 1e-4, "gradient \(index), \(path), \(reading)")
            }
            let bare = try withoutGrad { try Self.fused(cell, single[0], Array(single[1...])) }
            #expect(try bare.output.floats() == found.output.floats())
            #expect(try bare.last.floats() == found.last.floats())
          }
        }
      }
    }

    @Test(arguments: Cell.allCases) func dropsOutBetweenLayers(_ cell: Cell) throws {
      let shape = Shape(7, 5, 4, 16, layers: 2)
      let given = try Self.tensors(cell, shape)
      let (exact, single) = (
        try Self.leaves(given, .float64), try Self.leaves(given, .float32)
      )
      // In double precision the same function composes libtorch's operations.
      let masks = (try Generator(seed: 9), try Generator(seed: 9))
      let keep = try masks.0.bernoulli(0.75, [7, 5, 16]) / 0.75
      let first = try Self.plain(cell, exact[0], Array(exact[1...4])).output
      let expected = try Self.plain(cell, first * keep.to(.float64), Array(exact[5...]))
      let found = try Self.fused(
        cell, single[0], Array(single[1...]), dropout: 0.25, generator: masks.1)
      #expect(try Self.error(found.output, expected.output) < 1e-5)
      let slopes = try gradients(of: Reading.both(expected), by: exact)
      let foundSlopes = try gradients(of: Reading.both(found), by: single)
      for (slope, expected) in zip(foundSlopes, slopes) {
        #expect(try Self.error(slope, expected) < 1e-4)
      }
      #expect(
        nativeMessage {
          _ = try Self.fused(cell, single[0], Array(single[1...]), dropout: 0.25)
        }?.contains("generator") == true)
    }

    @Test(arguments: Cell.allCases) func gradientsCanBeDifferentiated(_ cell: Cell) throws {
      let given = try Self.tensors(cell, Shape(3, 4, 2, 5))
      func penalty(
        _ leaves: [Tensor], _ run: (Cell, Tensor, [Tensor]) throws -> (Tensor, Tensor)
      ) throws -> [Tensor] {
        let score = try Reading.both(run(cell, leaves[0], Array(leaves[1...])))
        let slope = try gradients(of: score, by: [leaves[0]], createGraph: true)[0]
        return try gradients(of: (slope.square().sum() + 1).sqrt(), by: leaves)
      }
      let expected = try penalty(Self.leaves(given, .float64)) { try Self.plain($0, $1, $2) }
      let found = try penalty(Self.leaves(given, .float32)) { try Self.fused($0, $1, $2) }
      for (slope, expected) in zip(found, expected) {
        #expect(try Self.error(slope, expected) < 1e-4)
      }
    }

    @Test(arguments: Cell.allCases) func otherTypesTakeLibtorch(_ cell: Cell) throws {
      let exact = try Self.leaves(Self.tensors(cell, Shape(3, 4, 2, 5, layers: 2)), .float64)
      let parameters = Array(exact[1...])
      let found = try Self.fused(cell, exact[0], parameters)
      let expected = try Self.plain(cell, exact[0], parameters)
      #expect(found.output.dtype == .float64)
      #expect(isClose(try found.output.doubles(), try expected.output.doubles()))
    }

    @Test(arguments: Cell.allCases) func repeatsBitForBit(_ cell: Cell) async throws {
      @Sendable func bits() throws -> [Float] {
        let leaves = try Self.leaves(Self.tensors(cell, Shape(70, 5, 20, 16)), .float32)
        let states = try Self.fused(cell, leaves[0], Array(leaves[1...]))
        let slopes = try gradients(of: Reading.both(states), by: leaves)
        return try states.output.floats() + slopes.flatMap { try $0.floats() }
      }
      let expected = try bits()
      // At the same time on several threads, too: the kernels keep no state of their own.
      let others = try await withThrowingTaskGroup(of: [Float].self) { group in
        for _ in 0..<4 { group.addTask { try bits() } }
        return try await group.reduce(into: [[Float]]()) { $0.append($1) }
      }
      #expect(others.allSatisfy { $0 == expected })
    }

    @Test(arguments: Cell.allCases) func backwardCanRunTwice(_ cell: Cell) throws {
      let leaves = try Self.leaves(Self.tensors(cell, Shape(7, 5, 3, 16)), .float32)
      let score = try Reading.both(Self.fused(cell, leaves[0], Array(leaves[1...])))
      try score.backward(retainGraph: true)
      let once = try leaves.map { try #require(try $0.grad()).cloned() }
      for leaf in leaves { try leaf.clearGrad() }
      try score.backward()
      for (leaf, once) in zip(leaves, once) {
        #expect(try leaf.grad()?.floats() == once.floats())
      }
    }

    @Test(arguments: Cell.allCases) func missingNumbersStayInTheirRow(_ cell: Cell) throws {
      let tensors = try Self.tensors(cell, Shape(7, 3, 2, 5)).map { try $0.to(.float32) }
      var values = try tensors[0].floats()
      values[2 * 6 + 2] = .nan  // Row 2, step 1.
      values[4 * 6 + 5] = .infinity  // Row 4, step 2: gates saturate, and nothing is NaN.
      let x = try Tensor(values, shape: tensors[0].shape)
      for path in FusedKernels.available {
        try Self.withPath(path) {
          let parameters = Array(tensors[1...])
          let found = try Self.fused(cell, x, parameters).output.floats()
          let clean = try Self.fused(cell, tensors[0], parameters).output.floats()
          for row in 0..<7 {
            for step in 0..<3 {
              let at = (row * 3 + step) * 5
              let part = found[at..<(at + 5)]
              if row == 2, step > 0 {
                #expect(part.allSatisfy { $0.isNaN })
              } else if row == 4, step == 2 {
                #expect(part.allSatisfy { abs($0) <= 1 })
              } else {
                #expect(part == clean[at..<(at + 5)])
              }
            }
          }
        }
      }
    }

    @Test func strayShapesAreErrors() throws {
      let x = try Tensor.zeros([2, 3, 4])
      func parameters(_ sizes: [[Int]]) throws -> [Tensor] {
        try sizes.map { try Tensor.zeros($0) }
      }
      for sizes in [
        [], [[20, 4]], [[20, 5], [20, 5], [20], [20]], [[20, 4], [20, 4], [20], [20]],
        [[20, 4], [20, 5], [5], [20]], [[20, 4], [15, 5], [20], [20]],
        [[20, 4], [20], [20], [20]],
      ] {
        #expect(nativeMessage { _ = try x.fusedLSTM(parameters(sizes)) } != nil)
      }
      let good = [[20, 4], [20, 5], [20], [20]]
      #expect(nativeMessage { _ = try x.fusedLSTM(parameters(good)) } == nil)
      #expect(nativeMessage { _ = try x.selected(1, 0).fusedLSTM(parameters(good)) } != nil)
      #expect(nativeMessage { _ = try x.fusedGRU(parameters(good)) } != nil)
      let none = try Tensor.zeros([0, 3, 4]).fusedLSTM(parameters(good))
      #expect(none.output.shape == [0, 3, 5] && none.last.shape == [0, 5])
    }
  }
}
