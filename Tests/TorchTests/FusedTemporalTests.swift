import Testing

@testable import Torch

extension TorchSuite {
  /// The library's own temporal convolutions against libtorch's operations in double precision.
  @Suite struct FusedTemporalTests {
    struct Shape: Sendable {
      let batch: Int
      let length: Int
      let inputs: Int
      let outputs: Int
      /// Channels, taps, dilation, whether read.
      let layers: [(channels: Int, taps: Int, dilation: Int, isRead: Bool)]

      var forms: [TemporalLayerForm] {
        layers.map { TemporalLayerForm(dilation: $0.dilation, isRead: $0.isRead) }
      }
    }

    static let shapes = [
      Shape(batch: 1, length: 1, inputs: 1, outputs: 1, layers: [(1, 1, 1, true)]),
      Shape(
        batch: 3, length: 9, inputs: 2, outputs: 3,
        layers: [(5, 1, 1, true), (7, 2, 1, false), (6, 3, 3, true)]),
      // Eighty channels are five vectors, and a dilation may pass the steps that are left.
      Shape(
        batch: 1, length: 27, inputs: 3, outputs: 1,
        layers: [(80, 1, 1, false), (80, 2, 4, false), (80, 2, 20, true)]),
      Shape(
        batch: 2, length: 26, inputs: 20, outputs: 2,
        layers: [(33, 2, 1, true), (64, 2, 2, true), (17, 3, 8, true)]),
      Shape(
        batch: 1, length: 7, inputs: 1, outputs: 18,
        layers: [(144, 2, 1, true), (90, 2, 2, true)]),
      // More steps than are taken together.
      Shape(
        batch: 1, length: 150, inputs: 1, outputs: 1,
        layers: [(3, 2, 1, false), (4, 2, 2, true)]),
    ]

    static func tensors(_ shape: Shape) throws -> [Tensor] {
      let generator = try Generator(seed: 11)
      var sizes = [[shape.batch, shape.inputs, shape.length]]
      var channels = shape.inputs
      for layer in shape.layers {
        sizes += [[layer.channels, channels, layer.taps], [layer.channels], [1]]
        channels = layer.channels
      }
      sizes += shape.layers.filter(\.isRead).map { [shape.outputs, $0.channels, 1] }
      sizes.append([shape.outputs])
      return try sizes.enumerated().map { index, size in
        // Sums of many inputs stay about as large as these.
        let spread = size.count == 3 && index > 0 ? Double(size[1] * size[2]).squareRoot() : 1
        return try generator.normal(size, dtype: .float64) / spread
      }
    }

    static func plain(_ shape: Shape, _ x: Tensor, _ parameters: [Tensor]) throws -> Tensor {
      var (values, read) = (x, [Tensor]())
      for (index, layer) in shape.layers.enumerated() {
        values = try values.conv1d(
          parameters[3 * index], bias: parameters[3 * index + 1], dilation: layer.dilation
        ).prelu(parameters[3 * index + 2])
        if layer.isRead { read.append(values) }
      }
      let steps = values.shape[2]
      var output = try parameters[parameters.count - 1].reshaped(1, shape.outputs, 1)
      for (values, head) in zip(read, parameters[(3 * shape.layers.count)...]) {
        output =
          try output
          + values.narrowed(2, from: values.shape[2] - steps, length: steps).conv1d(head)
      }
      return output
    }

    static func leaves(_ tensors: [Tensor], _ dtype: DType) throws -> [Tensor] {
      try tensors.map { try $0.to(dtype).cloned().detached().requiringGrad() }
    }

    /// The largest error as a share of the largest element, or of 1e-3 where all are smaller.
    static func error(_ found: Tensor, _ expected: Tensor) throws -> Double {
      let scale = max(try expected.abs().max().item(), 1e-3)
      return try (found.to(.float64) - expected).abs().max().item() / scale
    }

    static func onEveryPath(_ body: (FusedKernels.Path) throws -> Void) throws {
      defer { try? FusedKernels.use(nil) }
      for path in FusedKernels.available {
        try FusedKernels.use(path)
        try body(path)
      }
    }

    /// Slopes that differ from element to element, so that no transposition goes unseen.
    static func reading(_ output: Tensor) throws -> Tensor { try (output * 3 + 1).sin().sum() }

    @Test(arguments: shapes.indices) func agreesWithLibtorch(_ index: Int) throws {
      let shape = Self.shapes[index]
      let given = try Self.tensors(shape)
      let (exact, single) = (
        try Self.leaves(given, .float64), try Self.leaves(given, .float32)
      )
      let expected = try Self.plain(shape, exact[0], Array(exact[1...]))
      let slopes = try gradients(of: Self.reading(expected), by: exact, createGraph: true)
      let other = try exact[0].fusedTemporal(shape.forms, Array(exact[1...]))
      #expect(isClose(try other.doubles(), try expected.doubles()))
      try Self.onEveryPath { path in
        let parameters = Array(single[1...])
        let found = try single[0].fusedTemporal(shape.forms, parameters)
        #expect(found.shape == expected.shape)
        #expect(try Self.error(found, expected) < 1e-5, "\(path)")
        for (place, pair) in try zip(
          gradients(of: Self.reading(found), by: single), slopes
        ).enumerated() {
          #expect(try Self.error(pair.0, pair.1) < 1e-4, "gradient \(place), \(path)")
        }
        let bare = try withoutGrad { try single[0].fusedTemporal(shape.forms, parameters) }
        #expect(try bare.floats() == found.floats())
        // The input's gradient alone, as through a frozen critic.
        let frozen = try parameters.map { try $0.detached() }
        let through = try gradients(
          of: Self.reading(single[0].fusedTemporal(shape.forms, frozen)), by: [single[0]])[0]
        #expect(try Self.error(through, slopes[0]) < 1e-4, "\(path)")
      }
    }

    /// Losses of a critic's step by a graph that is differentiated twice.
    static func losses(
      _ shape: Shape, _ samples: [Tensor], _ parameters: [Tensor], conditions: Int
    ) throws -> [Tensor] {
      func score(_ x: Tensor) throws -> Tensor {
        try plain(shape, x, parameters).reshaped(shape.batch, -1).mean(1)
      }
      let share = try samples[2].reshaped(shape.batch, 1, 1)
      let mixed = try (share * samples[0] + (1 - share) * samples[1]).requiringGrad()
      let slopes = try gradients(of: score(mixed).sum(), by: [mixed], createGraph: true)[0]
        .narrowed(1, from: 0, length: shape.inputs - conditions)
      let norms = try slopes.reshaped(shape.batch, -1).norm(1)
      return [
        try score(samples[0]).mean(), try score(samples[1]).mean(),
        try (norms - 1).square().mean() * 7,
      ]
    }

    @Test(arguments: shapes.indices) func stepsACritic(_ index: Int) throws {
      let shape = Self.shapes[index]
      let given = try Self.tensors(shape)
      let generator = try Generator(seed: 12)
      let samples = [
        given[0], try generator.normal(given[0].shape, dtype: .float64) * 0.7 + 0.2,
        try generator.uniform([shape.batch], dtype: .float64),
      ]
      let exact = try Self.leaves(Array(given[1...]), .float64)
      for conditions in Set([0, shape.inputs - 1]) {
        let expected = try Self.losses(shape, samples, exact, conditions: conditions)
        for leaf in exact { try leaf.clearGrad() }
        try (expected[1] - expected[0] + expected[2]).backward()
        try Self.onEveryPath { path in
          let single = try Self.leaves(Array(given[1...]), .float32)
          try single[1].requiringGrad(false)
          let critic = FusedTemporalCritic(shape.forms, single)
          let singles = try samples.map { try $0.to(.float32) }
          #expect(critic.takes(singles[0]) && !critic.takes(samples[0]))
          let found = try critic.step(
            real: singles[0], fake: singles[1], epsilon: singles[2], penalty: 7,
            conditions: conditions)
          #expect(
            isClose(
              [found.real, found.fake, found.penalty], try expected.map { try $0.item() }, 1e-5))
          #expect(try single[1].grad() == nil)
          for (place, pair) in zip(single, exact).enumerated() where place != 1 {
            let (own, other) = (
              try #require(try pair.0.grad()), try #require(try pair.1.grad())
            )
            #expect(try Self.error(own, other) < 1e-4, "gradient \(place), \(path)")
          }
        }
      }
    }

    @Test(arguments: shapes.indices) func stepsACriticWithTheLogarithmicLoss(_ index: Int) throws {
      let shape = Self.shapes[index]
      let given = try Self.tensors(shape)
      let fake = try Generator(seed: 12).normal(given[0].shape, dtype: .float64) * 0.7 + 0.2
      let exact = try Self.leaves(Array(given[1...]), .float64)
      func scores(_ x: Tensor) throws -> Tensor {
        try Self.plain(shape, x, exact).reshaped(shape.batch, -1).mean(1)
      }
      let real = try given[0].detached().requiringGrad()
      let onReal = try scores(real)
      let slopes = try gradients(of: onReal.sum(), by: [real], createGraph: true)[0]
      let expected = [
        try (-onReal).softplus().mean(), try scores(fake).softplus().mean(),
        try slopes.reshaped(shape.batch, -1).square().sum(1).mean() * 3,
      ]
      try (expected[0] + expected[1] + expected[2]).backward()
      try Self.onEveryPath { path in
        let single = try Self.leaves(Array(given[1...]), .float32)
        let found = try FusedTemporalCritic(shape.forms, single).logarithmicStep(
          real: given[0].to(.float32), fake: fake.to(.float32), penalty: 3)
        #expect(
          isClose(
            [found.real, found.fake, found.penalty], try expected.map { try $0.item() }, 1e-5))
        for (place, pair) in zip(single, exact).enumerated() {
          let (own, other) = (
            try #require(try pair.0.grad()), try #require(try pair.1.grad())
          )
          #expect(try Self.error(own, other) < 1e-4, "gradient \(place), \(path)")
        }
      }
    }

    @Test func gradientsCanBeDifferentiated() throws {
      let shape = Self.shapes[1]
      let given = try Self.tensors(shape)
      func penalty(
        _ leaves: [Tensor], _ run: (Tensor, [Tensor]) throws -> Tensor
      ) throws -> [Tensor] {
        let score = try Self.reading(run(leaves[0], Array(leaves[1...])))
        let slope = try gradients(of: score, by: [leaves[0]], createGraph: true)[0]
        return try gradients(of: (slope.square().sum() + 1).sqrt(), by: leaves)
      }
      let expected = try penalty(Self.leaves(given, .float64)) { try Self.plain(shape, $0, $1) }
      let found = try penalty(Self.leaves(given, .float32)) {
        try $0.fusedTemporal(shape.forms, $1)
      }
      for (slope, expected) in zip(found, expected) {
        #expect(try Self.error(slope, expected) < 1e-4)
      }
    }

    @Test func repeatsBitForBit() async throws {
      @Sendable func bits() throws -> [Float] {
        let shape = Self.shapes[3]
        let leaves = try Self.leaves(Self.tensors(shape), .float32)
        let output = try leaves[0].fusedTemporal(shape.forms, Array(leaves[1...]))
        let slopes = try gradients(of: Self.reading(output), by: leaves)
        let critic = FusedTemporalCritic(shape.forms, Array(leaves[1...]))
        let epsilon = try Tensor.full([shape.batch], 0.3)
        _ = try critic.step(
          real: leaves[0], fake: leaves[0] * 0.5, epsilon: epsilon, penalty: 10)
        let learnt = try leaves[1...].flatMap { try #require(try $0.grad()).floats() }
        return try output.floats() + slopes.flatMap { try $0.floats() } + learnt
      }
      let expected = try bits()
      let others = try await withThrowingTaskGroup(of: [Float].self) { group in
        for _ in 0..<4 { group.addTask { try bits() } }
        return try await group.reduce(into: [[Float]]()) { $0.append($1) }
      }
      #expect(others.allSatisfy { $0 == expected })
    }

    /// A flat critic has a norm of 0, whose slope counts as 0.
    @Test func flatCriticsAreNoDivisionByZero() throws {
      let shape = Self.shapes[1]
      let parameters = try Self.tensors(shape)[1...].map {
        try Tensor.zeros($0.shape).requiringGrad()
      }
      let critic = FusedTemporalCritic(shape.forms, parameters)
      let x = try Tensor.ones([3, 2, 9])
      let losses = try critic.step(
        real: x, fake: x, epsilon: Tensor.full([3], 0.5), penalty: 10)
      #expect(losses == (0, 0, 10))
      #expect(try parameters.allSatisfy { try $0.grad()?.floats().allSatisfy { $0 == 0 } == true })
    }

    @Test func missingNumbersStayInTheirRow() throws {
      let shape = Self.shapes[1]
      let tensors = try Self.tensors(shape).map { try $0.to(.float32) }
      var values = try tensors[0].floats()
      values[18 + 5] = .nan  // Row 1, first input, step 5.
      let x = try Tensor(values, shape: tensors[0].shape)
      try Self.onEveryPath { path in
        let found = try x.fusedTemporal(shape.forms, Array(tensors[1...])).floats()
        let clean = try tensors[0].fusedTemporal(shape.forms, Array(tensors[1...])).floats()
        let row = found.count / 3
        #expect(found[..<row] == clean[..<row] && found[(2 * row)...] == clean[(2 * row)...])
        #expect(found[row..<(2 * row)].contains { $0.isNaN }, "\(path)")
      }
    }

    @Test func strayShapesAreErrors() throws {
      let shape = Self.shapes[1]
      let tensors = try Self.tensors(shape).map { try $0.to(.float32) }
      let parameters = Array(tensors[1...])
      for index in parameters.indices {
        var changed = parameters
        changed[index] = try Tensor.zeros(parameters[index].shape.map { $0 + 1 })
        #expect(nativeMessage { _ = try tensors[0].fusedTemporal(shape.forms, changed) } != nil)
      }
      #expect(
        nativeMessage { _ = try tensors[0].fusedTemporal([], parameters) }?.contains("read")
          == true)
      let short = try tensors[0].narrowed(2, from: 0, length: 7)
      #expect(
        nativeMessage { _ = try short.fusedTemporal(shape.forms, parameters) }?.contains("steps")
          == true)
      let none = try Tensor.zeros([0, 2, 9]).fusedTemporal(shape.forms, parameters)
      #expect(none.shape == [0, 3, 2])

      let critic = FusedTemporalCritic(shape.forms, parameters)
      let epsilon = try Tensor.zeros([3])
      func message(
        _ fake: Tensor, _ epsilon: Tensor, conditions: Int = 0
      ) throws -> String? {
        nativeMessage {
          _ = try critic.step(
            real: tensors[0], fake: fake, epsilon: epsilon, penalty: 1, conditions: conditions)
        }
      }
      #expect(try message(tensors[0], epsilon) == nil)
      #expect(try message(short, epsilon)?.contains("fake") == true)
      #expect(try message(tensors[0], Tensor.zeros([4]))?.contains("epsilon") == true)
      #expect(try message(tensors[0], epsilon, conditions: 2)?.contains("conditions") == true)
      #expect(try message(tensors[0].to(.float64), epsilon)?.contains("float32") == true)
    }
  }
}
