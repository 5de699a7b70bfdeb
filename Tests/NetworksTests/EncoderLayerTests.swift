import Market
import Testing
import Torch

@testable import Networks

@Suite struct EncoderLayerTests {
  struct Golden: Sendable {
    let norm: EncoderLayer.Norm
    let activation: Activation
    let output: [Double]
    /// Of the first sequence's first two tokens, its third being absent.
    let masked: [Double]
  }

  /// Values that PyTorch 2.13.0 printed; see `benchmarks/peers/torch_transformer.py`.
  static let goldens = [
    Golden(
      norm: .pre, activation: .relu,
      output: [
        -0.858001999023466, 0.767810563558715, -0.608775573868319, 0.790326045746468,
        -1.45800199902347, 0.167810563558715, -1.20877557386832, 0.190326045746468,
        1.11917912420598, -0.422236091022427, 1.50298605188103, -0.394024888562922,
        0.533016337904391, -1.02677753694449, 0.898671680485437, -1.02949995877088,
        -0.0304229405474111, -1.63954832434627, 0.299201895749312, 1.68385899356723,
        -0.543857840106318, 1.06293374155191, -0.313391222682617, 1.05508424348028,
      ],
      masked: [
        -0.873524035983572, 0.763107504096257, -0.617261437212242, 0.838737694239683,
        -1.47352403598357, 0.163107504096257, -1.21726143721224, 0.238737694239683,
      ]
    ),
    Golden(
      norm: .pre, activation: .gelu,
      output: [
        -0.887290296639111, 0.775372075073773, -0.615007831244507, 0.768777001603509,
        -1.48729029663911, 0.175372075073773, -1.21500783124451, 0.168777001603509,
        1.12950051486915, -0.40240822134859, 1.47901176016899, -0.426298236429767,
        0.543177835251869, -1.00695732998979, 0.874724218538502, -1.06177416559981,
        -0.0308999098012633, -1.63268172521772, 0.278814987320865, 1.65382010444196,
        -0.573464429817514, 1.07051855197889, -0.319515997633227, 1.03361102455158,
      ],
      masked: [
        -0.902435019784392, 0.770462017491389, -0.623681095285402, 0.817121375584886,
        -1.50243501978439, 0.170462017491389, -1.2236810952854, 0.217121375584887,
      ]
    ),
    Golden(
      norm: .post, activation: .relu,
      output: [
        0.1, -0.265387790047537, 0.0473001665820414, 0.10569092090224, 0.1,
        -0.264444721115668, 0.0484853282950784, 0.105793732060131, 0.1,
        0.0411197434905559, 0.125179007172448, 0.243154186728455, 0.1, 0.033913254727223,
        0.119865991495242, 0.244929823070346, 0.1, 0.107386888160451, 0.190582564142344,
        0.188939406051794, 0.1, -0.283643823948023, 0.0225122545418051, 0.10836791461148,
      ],
      masked: [
        0.1, -0.276756632557214, 0.0326568743059978, 0.103760991023861, 0.1,
        -0.276755742349514, 0.0326592497341456, 0.10374855796405,
      ]
    ),
    Golden(
      norm: .post, activation: .gelu,
      output: [
        0.1, -0.293086107750109, 0.00870942417448137, 0.0906831678751105, 0.1,
        -0.292164924768729, 0.0100638764046712, 0.0907561733490312, 0.1,
        0.0467031771346909, 0.138380738830464, 0.236465694232877, 0.1, 0.0394894110676147,
        0.134523055183397, 0.237730872784419, 0.1, 0.105876008065062, 0.19274340680423,
        0.185812671408263, 0.1, -0.311204283203225, -0.0180893639666705,
        0.0936142573369108,
      ],
      masked: [
        0.1, -0.304010052912995, -0.00808712386474132, 0.089203609383164, 0.1,
        -0.304007667387918, -0.0080875456120461, 0.089192247936027,
      ]
    ),
  ]

  static let stack = [
    0.1, -0.253102728370367, -0.515767490184873, 0.318009887828202, 0.1, -0.253102728370367,
    -0.515767490184873, 0.318009887828202, 0.1, 0.124806309489408, 0.107740076746519,
    0.122609909936464, 0.1, 0.117864860973631, 0.103441154283231, 0.117506636415604, 0.1,
    0.156046327317545, -0.276291827640593, 0.350428646820655, 0.1, -0.25968540443069,
    -0.521061548527661, 0.315614994395793,
  ]

  static func layer(
    _ norm: EncoderLayer.Norm, _ activation: Activation = .relu, dropout: Double = 0
  ) throws -> EncoderLayer {
    var stream = SeedTree(root: 1).stream("weights")
    return try EncoderLayer(
      .init(
        width: 4, heads: 2, feedForward: 6, dropout: dropout, norm: norm,
        activation: activation), using: &stream, dtype: .float64)
  }

  static func tokens() throws -> Tensor { try pattern([2, 3, 4], scale: 0.3, modulus: 11) }

  @Test(arguments: goldens)
  func computesWhatPyTorchDoes(_ golden: Golden) throws {
    let layer = try Self.layer(golden.norm, golden.activation)
    #expect(
      layer.parameters.map(\.name) == [
        "self_attn.in_proj_weight", "self_attn.in_proj_bias", "self_attn.out_proj.weight",
        "self_attn.out_proj.bias", "linear1.weight", "linear1.bias", "linear2.weight",
        "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias",
      ])
    try layer.fillWithPatterns()
    let x = try Self.tokens()
    #expect(isClose(try layer(x, .evaluating).doubles(), golden.output))
    let absent = try Tensor([0, 0, 1, 0, 0, 0] as [Float], shape: [2, 3]).greater(0.5)
    let masked = try layer(x, absent: absent, .evaluating)
    #expect(isClose(Array(try masked.doubles()[..<8]), golden.masked))
    #expect(isClose(Array(try masked.doubles()[12...]), Array(golden.output[12...])))
  }

  @Test func stacksComputeWhatPyTorchsDo() throws {
    var stream = SeedTree(root: 1).stream("weights")
    let stack = try EncoderStack(
      .init(width: 4, heads: 2, feedForward: 6), layers: 2, using: &stream, dtype: .float64)
    try stack.fillWithPatterns()
    let output = try stack(Self.tokens(), .evaluating)
    #expect(isClose(try output.doubles(), Self.stack))
    let last = try stack.last(Self.tokens(), .evaluating)
    #expect(isClose(try last.doubles(), try output.selected(1, 2).doubles()))
  }

  @Test(arguments: [EncoderLayer.Norm.pre, .post], [0, 0.3])
  func gradientsAgreeWithDifferences(_ norm: EncoderLayer.Norm, dropout: Double) throws {
    let x = try Generator(seed: 1).normal([2, 3, 4], dtype: .float64).requiringGrad()
    for last in [false, true] {
      let layer = try Self.layer(norm, .tanh, dropout: dropout)
      try expectGradientsAgree(layer.parameters + [NamedTensor("input", x)]) {
        let pass = Pass.training(try Generator(seed: 2))
        let output = last ? try layer.last(x, pass) : try layer(x, pass)
        return try output.sin().mean()
      }
      try x.clearGrad()
    }
  }

  /// Alone, the last token comes out as it does among the others, and so do the slopes.
  @Test(arguments: [EncoderLayer.Norm.pre, .post])
  func theLastTokenNeedsNoOther(_ norm: EncoderLayer.Norm) throws {
    let layer = try Self.layer(norm)
    try layer.fillWithPatterns()
    let x = try Generator(seed: 1).normal([3, 5, 4], dtype: .float64).requiringGrad()
    func slopes(_ output: Tensor) throws -> [Double] {
      try gradients(of: output.square().mean(), by: layer.parameters.map(\.tensor) + [x])
        .flatMap { try $0.doubles() }
    }
    let (alone, among) = (
      try layer.last(x, .evaluating), try layer(x, .evaluating).selected(1, 4)
    )
    #expect(isClose(try alone.doubles(), try among.doubles()))
    #expect(isClose(try slopes(alone), try slopes(among)))
  }

  /// Dropped weights do not sum to 1: the values' bias has to follow them.
  @Test func droppedAttentionIsTheSameOnBothWays() throws {
    var stream = SeedTree(root: 1).stream("weights")
    let layer = try AttentionMultiHead(
      4, heads: 2, dropout: 0.5, using: &stream, dtype: .float64)
    try layer.fillWithPatterns()
    // With one token, both ways draw one number a head and sequence, in the same order.
    let x = try Generator(seed: 1).normal([6, 1, 4], dtype: .float64)
    let last = try layer.last(x, .training(Generator(seed: 2)))
    let whole = try layer(x, .training(Generator(seed: 2))).selected(1, 0)
    #expect(isClose(try last.doubles(), try whole.doubles()))
    #expect(try last.doubles() != layer.last(x, .evaluating).doubles())
  }

  /// sin and cos of t / 10000^(2k / width), worked out by hand for width 4: divisors 1 and 100.
  @Test func positionsAreSinesAndCosines() throws {
    let encoding = try PositionalEncoding(steps: 3, width: 4, dtype: .float64)
    let expected = [
      0, 1, 0, 1, 0.841470984807897, 0.540302305868140, 0.00999983333416666, 0.999950000416665,
      0.909297426825682, -0.416146836547142, 0.0199986666933331, 0.999800006666578,
    ]
    #expect(isClose(try encoding.pattern.doubles(), expected))
    let odd = try PositionalEncoding(steps: 2, width: 3)
    #expect(odd.pattern.shape == [2, 3] && odd.parameters.isEmpty)
    let zeros = try Tensor.zeros([2, 3, 4], dtype: .float64)
    #expect(isClose(try encoding(zeros, .evaluating).doubles(), expected + expected))
  }
}

@Suite struct CrossSectionEncoderTests {
  static func encoder() throws -> CrossSectionEncoder {
    var stream = SeedTree(root: 1).stream("weights")
    return try CrossSectionEncoder(
      .init(width: 4, heads: 2, feedForward: 6), layers: 2, using: &stream, dtype: .float64)
  }

  /// Dates of different sizes in one call come out as each date by itself.
  @Test func datesAreIslands() throws {
    let encoder = try Self.encoder()
    let x = try Generator(seed: 1).normal([9, 4], dtype: .float64)
    let together = try encoder(x, counts: [2, 4, 1, 2], .evaluating).doubles()
    var apart: [Double] = []
    var start = 0
    for count in [2, 4, 1, 2] {
      let rows = try x.narrowed(0, from: start, length: count)
      apart += try encoder(rows, counts: [count], .evaluating).doubles()
      start += count
    }
    #expect(isClose(together, apart))
    let alone = try encoder(x, counts: Array(repeating: 1, count: 9), .evaluating).doubles()
    #expect(!isClose(together, alone) && isClose(Array(together[24..<28]), Array(alone[24..<28])))
  }

  /// Rows of a date in another order give the same in that order.
  @Test func theOrderOfRowsMeansNothing() throws {
    let encoder = try Self.encoder()
    let x = try Generator(seed: 1).normal([4, 4], dtype: .float64)
    let order = try Tensor(indices: [2, 0, 3, 1])
    let turned = try encoder(x.indexSelected(0, order), counts: [4], .evaluating)
    let expected = try encoder(x, counts: [4], .evaluating).indexSelected(0, order)
    #expect(isClose(try turned.doubles(), try expected.doubles()))
  }

  @Test func gradientsAgreeWithDifferences() throws {
    let encoder = try Self.encoder()
    let x = try Generator(seed: 1).normal([5, 4], dtype: .float64).requiringGrad()
    try expectGradientsAgree(encoder.parameters + [NamedTensor("input", x)]) {
      let output = try encoder(x, counts: [2, 3], .evaluating)
      return try output.sin().mean()
    }
  }
}
