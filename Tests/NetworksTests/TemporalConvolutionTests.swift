import Market
import Testing
import Torch

@testable import Networks

@Suite struct TemporalConvolutionTests {
  struct Golden: Sendable {
    let conditions: Int
    /// Real, fake, penalty.
    let losses: [Double]
    /// By index in the list of parameters.
    let gradients: [Int: [Double]]
  }

  // Values that PyTorch 2.15.0 printed; see `benchmarks/peers/torch_tcn.py`.
  static let output = [
    6.20265659282665, 1.22423174024919, 6.85002888907183, -7.55368816273952,
    -3.65084737753407, -7.97318635504496, 7.36637955629448, -1.09680434785629,
    6.66926474372578, -9.64060266698338, -2.01075658099089, -7.94365600393391,
  ]

  static let goldens = [
    Golden(
      conditions: 0,
      losses: [
        -0.98045777051342, -0.953027704653819, 1.18408461393949,
      ],
      gradients: [
        0: [
          0.453035813180406, -0.346509772783943, 0.482792170968796, 0.365883075504998,
          0.16866317759171, -0.181235980449559,
        ],
        6: [
          -0.0570067954880192, -0.177723732413234, 0.156672089585874,
          -0.290988682619694, -0.00488028632924585, 0.241293001650892,
          0.0103008935895205, -0.0110576322689409, -0.0283970916583923,
          -0.0279244147429738, 0.024309853553211, 0.0344394593122513, 0.021422924121404,
          -0.00284981307979218, -0.266003257722905, -0.117620925046012,
          0.141635594291864, 0.0687078122438018,
        ],
        8: [
          -0.148798801440208
        ],
        15: [
          -0.756426444512952, 0.194877452844798, 0.0457611838159078, 0.144238787466323,
          0.10455429374567, -0.00400458274675223, 1.26406643707352e-17,
          -2.49809547201504e-17, -1.22863940377969e-17, -2.70713214539283e-18,
          2.83782131705231e-20, 5.46196448786213e-18, -0.295537107654115,
          0.524355958747054, -0.171111248387492, -0.0845235802937791,
          0.0887946148129646, -0.057331016630029,
        ],
        18: [
          0.357223359856636, -0.521472549424306, -0.0559464253208875, 0.357223359856636,
          -0.521472549424306, -0.0559464253208875,
        ],
      ]),
    Golden(
      conditions: 1,
      losses: [
        -0.98045777051342, -0.953027704653819, 1.17113552569801,
      ],
      gradients: [
        0: [
          0.475509313649559, -0.327892511956086, 0.372797276855537, 0.552919185320251,
          0.186248101041582, -0.228333908159546,
        ],
        6: [
          -0.0477519051004694, -0.153469523981164, 0.139182832518415,
          -0.334049950918904, -0.00442731984859034, 0.250359308127608,
          0.0151499918346751, -0.00961244154214964, -0.0360924742824304,
          -0.0320766082683262, 0.0249919616553621, 0.0341729843544391,
          0.0481265125103238, -0.0046137046858182, -0.307408944681462,
          -0.115091924754416, 0.147113862893829, 0.0664459660514797,
        ],
        8: [
          -0.144224991868211
        ],
        15: [
          -0.692968163669189, 0.180754801826271, 0.0515012269438305, 0.134438485349466,
          0.0989377766662358, 0.00216599270234884, 1.24905506647914e-17,
          -2.48007791683163e-17, -1.23842328232084e-17, -2.51251135693277e-18,
          8.30264672122079e-20, 5.32571924712903e-18, -0.365113752814722,
          0.536447906759279, -0.177648272243398, -0.0759016218036651, 0.09421865325637,
          -0.0626348972613486,
        ],
        18: [
          0.336082763478971, -0.477893113528564, -0.0513167526748564, 0.336082763478971,
          -0.477893113528564, -0.0513167526748564,
        ],
      ]),
  ]

  typealias Network = TemporalConvolutionNetwork

  static func stream(_ root: UInt64 = 1) -> SeedStream { SeedTree(root: root).stream("weights") }

  static func network(
    _ shape: Network.Shape, seed: UInt64 = 1, dtype: DType = .float64
  ) throws -> Network {
    var stream = stream(seed)
    return try Network(shape, using: &stream, dtype: dtype)
  }

  /// Three blocks with a receptive field of 7.
  static func small(inputs: Int = 2, outputs: Int = 2, skips: Bool = true) -> Network.Shape {
    .init(
      inputs: inputs, channels: 3, outputs: outputs,
      blocks: [
        .init(kernel: 1, dilation: 1), .init(kernel: 2, dilation: 1),
        .init(kernel: 2, dilation: 2),
      ], skips: skips)
  }

  static func golden() throws -> Network {
    let network = try network(small())
    for (offset, item) in network.parameters.enumerated() {
      let values =
        item.name.contains("prelu")
        ? try Tensor.full([1], 0.2, dtype: .float64)
        : try pattern(item.tensor.shape, scale: 0.3, modulus: 11, offset: offset)
      try item.tensor.assign(values)
    }
    return network
  }

  static func samples() throws -> (real: Tensor, fake: Tensor, epsilon: Tensor) {
    (
      try pattern([3, 2, 9], scale: 0.5, modulus: 11).sin(),
      try (pattern([3, 2, 9], scale: 0.7, modulus: 13, offset: 5) + Double.pi / 2).sin(),
      try Tensor([0.2, 0.9, 0.4], shape: [3])
    )
  }

  @Test func computesWhatPyTorchDoes() throws {
    let network = try Self.golden()
    #expect(
      network.parameters.map(\.name) == [
        "blocks.0.conv1.weight", "blocks.0.conv1.bias", "blocks.0.prelu1.weight",
        "blocks.0.conv2.weight", "blocks.0.conv2.bias", "blocks.0.prelu2.weight",
        "blocks.1.conv1.weight", "blocks.1.conv1.bias", "blocks.1.prelu1.weight",
        "blocks.1.conv2.weight", "blocks.1.conv2.bias", "blocks.1.prelu2.weight",
        "blocks.2.conv1.weight", "blocks.2.conv1.bias", "blocks.2.prelu1.weight",
        "blocks.2.conv2.weight", "blocks.2.conv2.bias", "blocks.2.prelu2.weight",
        "heads.0.weight", "heads.1.weight", "heads.2.weight", "bias",
      ])
    let real = try Self.samples().real.narrowed(0, from: 0, length: 2)
    let output = try network(real, .evaluating)
    #expect(output.shape == [2, 2, 3])
    #expect(isClose(try output.doubles(), Self.output))
  }

  @Test(arguments: goldens) func stepsTheCriticAsPyTorchDoes(_ golden: Golden) throws {
    let network = try Self.golden()
    let (real, fake, epsilon) = try Self.samples()
    let losses = try network.gradientPenaltyStep(
      real: real, fake: fake, epsilon: epsilon, conditions: golden.conditions)
    #expect(isClose([losses.real, losses.fake, losses.penalty], golden.losses))
    #expect(losses.total == losses.fake - losses.real + losses.penalty)
    for (index, expected) in golden.gradients {
      let gradient = try #require(try network.parameters[index].tensor.grad())
      #expect(isClose(try gradient.doubles(), expected), "\(index)")
    }
    #expect(!real.requiresGrad && !fake.requiresGrad)
  }

  /// In double precision by the graph, in single by the kernels.
  @Test func stepsALogarithmicCriticEitherWay() throws {
    let shape = Network.Shape(inputs: 2, channels: 6, blocks: Array(Network.Shape.quantGAN[..<3]))
    let (single, exact) = (
      try Self.network(shape, dtype: .float32), try Self.network(shape, dtype: .float64)
    )
    let generator = try Generator(seed: 5)
    let (real, fake) = (
      try generator.normal([6, 2, 20]), try generator.normal([6, 2, 20]) * 0.5 + 0.3
    )
    let found = try single.logarithmicStep(real: real, fake: fake, penalty: 10)
    let expected = try exact.logarithmicStep(
      real: real.to(.float64), fake: fake.to(.float64), penalty: 10)
    #expect(
      isClose(
        [found.real, found.fake, found.penalty],
        [expected.real, expected.fake, expected.penalty], 1e-5))
    #expect(abs(found.total - expected.total) < 1e-5)
    for (item, other) in zip(single.parameters, exact.parameters) {
      let (own, wanted) = (
        try #require(try item.tensor.grad()), try #require(try other.tensor.grad())
      )
      let scale = try max(wanted.abs().max().item(), 1e-3)
      #expect(try (own.to(.float64) - wanted).abs().max().item() / scale < 1e-4, "\(item.name)")
    }
  }

  /// Layer by layer, instead of all at once.
  static func composed(_ network: Network, _ input: Tensor) throws -> Tensor {
    let steps = input.shape[2] - network.receptiveField + 1
    let first = network.blocks.count - network.heads.count
    var (values, output) = (input, try network.bias.reshaped(1, network.shape.outputs, 1))
    for (index, block) in network.blocks.enumerated() {
      values = try block(values, .evaluating)
      guard index >= first else { continue }
      let latest = try values.narrowed(2, from: values.shape[2] - steps, length: steps)
      output = try output + latest.conv1d(network.heads[index - first])
    }
    return output
  }

  @Test(arguments: [true, false]) func isTheSumOfItsBlocks(skips: Bool) throws {
    let network = try Self.network(Self.small(skips: skips))
    let x = try Self.samples().real
    let expected = try Self.composed(network, x)
    #expect(isClose(try network(x, .evaluating).doubles(), try expected.doubles()))
  }

  /// The kernels' analytic gradients against a graph in double precision that is differentiated twice.
  @Test(arguments: [0, 1]) func kernelsStepTheCriticAsAGraphDoes(conditions: Int) throws {
    let shape = Network.Shape(
      inputs: 2, channels: 12, blocks: Array(Network.Shape.quantGAN[..<5]))
    let (single, exact) = (
      try Self.network(shape, dtype: .float32), try Self.network(shape, dtype: .float64)
    )
    let generator = try Generator(seed: 5)
    let (real, fake, epsilon) = (
      try generator.normal([6, 2, 40]), try generator.normal([6, 2, 40]) * 0.5 + 0.3,
      try generator.uniform([6])
    )
    let losses = try single.gradientPenaltyStep(
      real: real, fake: fake, epsilon: epsilon, conditions: conditions)
    let expected = try Networks.gradientPenaltyStep(
      real: real.to(.float64), fake: fake.to(.float64), epsilon: epsilon.to(.float64),
      conditions: conditions
    ) { try Self.composed(exact, $0) }
    #expect(
      isClose(
        [losses.real, losses.fake, losses.penalty],
        [expected.real, expected.fake, expected.penalty], 1e-6))
    for (item, other) in zip(single.parameters, exact.parameters) {
      let (found, wanted) = (
        try #require(try item.tensor.grad()), try #require(try other.tensor.grad())
      )
      let scale = try max(wanted.abs().max().item(), 1e-3)
      let error = try (found.to(.float64) - wanted).abs().max().item() / scale
      #expect(error < 1e-4, "\(item.name)")
    }
    // Gradients add up, as with backward.
    let once = try #require(try single.parameters[0].tensor.grad()).floats()
    _ = try single.gradientPenaltyStep(
      real: real, fake: fake, epsilon: epsilon, conditions: conditions)
    #expect(try single.parameters[0].tensor.grad()?.floats() == once.map { 2 * $0 })
    #expect(throws: TemporalConvolutionError.self) {
      try single.gradientPenaltyStep(
        real: real, fake: fake.narrowed(1, from: 0, length: 1), epsilon: epsilon)
    }
  }

  @Test(arguments: [true, false]) func gradientsAgreeWithDifferences(skips: Bool) throws {
    let network = try Self.network(Self.small(skips: skips))
    let x = try Generator(seed: 3).normal([2, 2, 9], dtype: .float64).requiringGrad()
    try expectGradientsAgree(network.parameters + [NamedTensor("input", x)]) {
      try network(x, .evaluating).sin().mean()
    }
  }

  /// Gradients of the penalty, itself a function of gradients.
  @Test(arguments: [0, 1]) func penaltyGradientsAgreeWithDifferences(conditions: Int) throws {
    let network = try Self.network(Self.small(), seed: 2)
    let (real, fake, epsilon) = try Self.samples()
    func step() throws -> CriticLosses {
      try network.gradientPenaltyStep(
        real: real, fake: fake, epsilon: epsilon, penalty: 3, conditions: conditions)
    }
    _ = try step()
    let gradients = try network.parameters.map { item in
      try #require(try item.tensor.grad()).doubles()
    }
    for (item, gradient) in zip(network.parameters, gradients) {
      let values = try item.tensor.detached().doubles()
      for index in values.indices {
        func moved(_ by: Double) throws -> Double {
          var changed = values
          changed[index] += by
          try withoutGrad { try item.tensor.assign(Tensor(changed, shape: item.tensor.shape)) }
          return try step().total
        }
        let numeric = try (moved(1e-5) - moved(-1e-5)) / 2e-5
        #expect(abs(gradient[index] - numeric) < 1e-7, "\(item.name) \(index)")
      }
      try item.tensor.assign(Tensor(values, shape: item.tensor.shape))
    }
  }

  /// Output step t sees the 127 input steps from t on, every one of them, and no other.
  @Test func seesItsReceptiveField() throws {
    let network = try Self.network(.init(inputs: 2, channels: 4))
    #expect(network.receptiveField == 127)
    let x = try Generator(seed: 3).normal([1, 2, 140], dtype: .float64).requiringGrad()
    let output = try network(x, .evaluating)
    #expect(output.shape == [1, 1, 14])
    for step in [0, 5, 13] {
      let slopes = try gradients(of: output.selected(2, step).sum(), by: [x], createGraph: true)[0]
      for values in try [slopes.selected(1, 0).doubles(), slopes.selected(1, 1).doubles()] {
        #expect(values.indices.allSatisfy { (values[$0] != 0) == (step..<(step + 127) ~= $0) })
      }
    }
    #expect(throws: TemporalConvolutionError.tooShort(length: 126, receptiveField: 127)) {
      try network(x.narrowed(2, from: 0, length: 126), .evaluating)
    }
    #expect(throws: TemporalConvolutionError.stray([1, 1, 140], inputs: 2)) {
      try network(x.narrowed(1, from: 0, length: 1), .evaluating)
    }
    #expect(try network(x.narrowed(2, from: 0, length: 127), .evaluating).shape == [1, 1, 1])
  }

  /// y[t] = 2 x[t] + 3 x[t - 2] + 1, with zeros before the beginning.
  @Test func paddedConvolutionsKeepTheLength() throws {
    let weight = try Tensor([3.0, 2.0], shape: [1, 1, 2])
    let bias = try Tensor([1.0], shape: [1])
    let x = try Tensor([1.0, 2, 3, 4], shape: [1, 1, 4])
    let causal = CausalConv1d(weight: weight, bias: bias, dilation: 2)
    #expect(causal.receptiveField == 3)
    #expect(try causal(x, .evaluating).doubles() == [3, 5, 10, 15])
    let valid = CausalConv1d(weight: weight, bias: bias, dilation: 2, padding: .valid)
    #expect(try valid(x, .evaluating).doubles() == [10, 15])
    let slope = try PReLU(dtype: .float64)
    #expect(
      try slope(Tensor([-2.0, 0, 3], shape: [1, 3]), .evaluating).doubles() == [-0.5, 0, 3])
    var stream = Self.stream()
    let block = try TemporalBlock(
      1, channels: 2, kernel: 3, dilation: 4, using: &stream, dtype: .float64)
    #expect(block.receptiveField == 17)
    #expect(try block(x, .evaluating).shape == [1, 2, 4])
  }

  @Test func startsFromItsStream() throws {
    func values(_ seed: UInt64) throws -> [Float] {
      try Self.network(.init(inputs: 1, channels: 8), seed: seed, dtype: .float32).parameters
        .flatMap { try $0.tensor.floats() }
    }
    #expect(try values(1) == values(1))
    #expect(try values(1) != values(2))
    // Seven blocks of two convolutions, heads and bias.
    #expect(try values(1).count == (8 + 8 + 1) + (64 + 9) + 12 * (128 + 9) + 7 * 8 + 1)
    let network = try Self.network(.init(inputs: 1, channels: 8))
    let bound = 1 / (7.0 * 8).squareRoot()
    let heads = try network.heads.flatMap { try $0.doubles() }
    #expect(heads.allSatisfy { abs($0) <= bound } && heads.contains { abs($0) > 0.8 * bound })
    let (one, other) = (
      try Self.network(Self.small(), dtype: .float32),
      try Self.network(Self.small(), seed: 2, dtype: .float32)
    )
    try one.load(other.state())
    #expect(try one.state() == other.state())
  }

  @Test func learnsATinyBatch() throws {
    let network = try Self.network(Self.small(inputs: 1, outputs: 1), dtype: .float32)
    let x = try Generator(seed: 3).normal([4, 1, 10])
    let y = try Generator(seed: 4).normal([4, 1, 4])
    let optimizer = try Optimizer(
      network.parameters.map(\.tensor), .adam(), learningRate: 0.02)
    var losses: [Double] = []
    for _ in 0..<300 {
      try optimizer.clearGrads()
      let loss = try (network(x, .evaluating) - y).square().mean()
      try loss.backward()
      try optimizer.step()
      losses.append(try loss.item())
    }
    #expect(losses[299] < 0.5 * losses[0])
  }

  @Test func frozenNetworksPassSlopesThrough() throws {
    let network = try Self.golden()
    let frozen = try network.frozen()
    let x = try Self.samples().fake.requiringGrad()
    let expected = try gradients(of: network(x, .evaluating).sin().sum(), by: [x])[0]
    try frozen(x, .evaluating).sin().sum().backward()
    #expect(try x.grad()?.doubles() == expected.doubles())
    #expect(try network.parameters.allSatisfy { try $0.tensor.grad() == nil })
    try network.parameters[0].tensor.fill(0)
    #expect(try frozen.parameters[0].tensor.doubles().allSatisfy { $0 == 0 })
  }
}
