import Market
import Testing
import Torch

@testable import Networks

@Suite struct RecurrentTests {
  /// Values that PyTorch 2.13.0 printed; see `benchmarks/peers/torch_lstm.py`.
  static let goldens: [(cell: Recurrent.Cell, output: [Double], slopes: [Double])] = [
    (
      .lstm,
      [
        -0.0826907884007461, 0.0113959294716488, 0.103220750971197, -0.126988865373099,
        0.0135583581346331, 0.154461669479298, -0.139865943622345, 0.0130650582211788,
        0.170346975221997, -0.0662629775987311, 0.00196969358702649, 0.0853197370102255,
        -0.112971742268874, 0.0146246967188332, 0.13170041438996, -0.137200041702477,
        0.0151729850407638, 0.161347499332343,
      ],
      [1.62025271639883e-05, -3.80791099288806e-06, -4.43282718141846e-05]
    ),
    (
      .gru,
      [
        -0.222699445213774, 0.0861960804631086, 0.146396390065979, -0.357068742738371,
        0.135533914495548, 0.225583667861174, -0.358730191154544, 0.147345050113574,
        0.221048231522209, -0.129773843072954, 0.0501421892066169, 0.0813277550358664,
        -0.216378034967684, 0.111884985695562, 0.129299291957939, -0.310945494501845,
        0.157167500870326, 0.190956115986327,
      ],
      [2.11186734546885e-05, -3.93795705864027e-06, -7.34677472034531e-05]
    ),
  ]

  static func stream(_ root: UInt64 = 1) -> SeedStream { SeedTree(root: root).stream("weights") }

  @Test(arguments: goldens)
  func computesWhatPyTorchDoes(
    _ golden: (cell: Recurrent.Cell, output: [Double], slopes: [Double])
  ) throws {
    var stream = Self.stream()
    let layer = try Recurrent(
      golden.cell, inputs: 4, hidden: 3, layers: 2, using: &stream, dtype: .float64)
    #expect(
      layer.parameters.map(\.name) == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight_ih_l1",
        "weight_hh_l1", "bias_ih_l1", "bias_hh_l1",
      ])
    try layer.fillWithPatterns()
    let output = try layer(pattern([2, 3, 4], scale: 0.3, modulus: 11), .evaluating)
    #expect(output.shape == [2, 3, 3])
    #expect(isClose(try output.doubles(), golden.output))
    try output.square().mean().backward()
    let slopes = try #require(try layer.parameters[1].tensor.grad()).selected(0, 0).doubles()
    #expect(isClose(slopes, golden.slopes))
  }

  @Test func alstmComputesWhatItsPaperSays() throws {
    var stream = Self.stream()
    let layer = try RecurrentForecaster(
      .init(cell: .gru, inputs: 4, hidden: 4, attention: true), using: &stream, dtype: .float64)
    try layer.fillWithPatterns()
    let output = try layer(pattern([2, 3, 4], scale: 0.3, modulus: 11), .evaluating)
    #expect(isClose(try output.doubles(), [0.0304427737034471, 0.0665003091630979]))
  }

  @Test(arguments: Recurrent.Cell.allCases, [false, true])
  func gradientsAgreeWithDifferences(_ cell: Recurrent.Cell, attention: Bool) throws {
    var stream = Self.stream()
    let layer = try RecurrentForecaster(
      .init(
        cell: cell, inputs: 2, layers: 2, hidden: 3, dropout: 0.3, attention: attention),
      using: &stream, dtype: .float64)
    let x = try Generator(seed: 1).normal([3, 4, 2], dtype: .float64).requiringGrad()
    try expectGradientsAgree(layer.parameters + [NamedTensor("input", x)]) {
      try layer(x, .training(Generator(seed: 2))).square().mean()
    }
  }

  @Test func theWeightsOfTheStepsSumToOne() throws {
    var stream = Self.stream()
    let layer = try AttentionOverSteps(6, using: &stream, dtype: .float64)
    let x = try Generator(seed: 1).normal([3, 5, 6], dtype: .float64)
    let weights = try layer.weights(x, .evaluating)
    #expect(weights.shape == [3, 5])
    #expect(isClose(try weights.sum(-1).doubles(), [1, 1, 1]))
    // The same state at every step has itself as its mean.
    let same = try x.narrowed(1, from: 0, length: 1).expanded([3, 5, 6])
    #expect(isClose(try layer(same, .evaluating).doubles(), try x.selected(1, 0).doubles()))
    try expectGradientsAgree(layer.parameters) { try layer(x, .evaluating).square().mean() }
  }

  /// A step's output may depend on earlier steps and not on later ones.
  @Test(arguments: Recurrent.Cell.allCases)
  func outputsKnowOnlyThePast(_ cell: Recurrent.Cell) throws {
    var stream = Self.stream()
    let layer = try Recurrent(cell, inputs: 2, hidden: 4, layers: 2, using: &stream)
    let x = try Generator(seed: 1).normal([1, 6, 2])
    var values = try x.floats()
    values[3 * 2] += 1
    let changed = try layer(Tensor(values, shape: [1, 6, 2]), .evaluating).floats()
    let usual = try layer(x, .evaluating).floats()
    #expect(Array(changed[..<12]) == Array(usual[..<12]))
    for step in 3..<6 {
      #expect(changed[step * 4..<step * 4 + 4] != usual[step * 4..<step * 4 + 4])
    }
  }

  @Test func dropoutStandsBetweenLayersOnly() throws {
    func outputs(layers: Int) throws -> [[Float]] {
      var stream = Self.stream()
      let layer = try Recurrent(
        .gru, inputs: 2, hidden: 4, layers: layers, dropout: 0.5, using: &stream)
      let x = try Generator(seed: 1).normal([8, 5, 2])
      return try [
        layer(x, .evaluating), layer(x, .training(Generator(seed: 2))),
        layer(x, .training(Generator(seed: 3))),
      ].map { try $0.floats() }
    }
    let single = try outputs(layers: 1)
    #expect(single[0] == single[1])
    let double = try outputs(layers: 2)
    #expect(double[0] != double[1] && double[1] != double[2])
  }

  @Test func startsUniformOnItsBound() throws {
    var stream = Self.stream()
    let layer = try Recurrent(.lstm, inputs: 10, hidden: 25, using: &stream)
    for item in layer.parameters {
      let values = try item.tensor.floats()
      #expect(values.allSatisfy { abs($0) <= 0.2 } && values.contains { abs($0) > 0.17 })
    }
    #expect(layer.parameterCount == 100 * (10 + 25 + 2))
  }
}
