import Market
import Testing
import Torch

@testable import Networks

@Suite struct DisentanglementLossesTests {
  static let losses = DisentanglementLosses(
    adversarial: 0.3, reconstruction: 0.7, distillation: 0.9, leak: 0.6)

  /// Three steps of four columns, codes of width 3, five rows of which four have a trend.
  struct Case {
    let network: DisentanglingNetwork
    let batch: DisentanglementBatch
    let teaching: DisentanglementLosses.Teaching

    /// `known` for a case with something that must not be found in the market code.
    init(known: Bool = false) throws {
      var stream = SeedTree(root: 1).stream("weights")
      network = try DisentanglingNetwork(
        .init(steps: 3, columns: 4, hidden: 3, layers: 1, decoder: 2, dropout: 0),
        using: &stream, dtype: .float64)
      try network.fillWithPatterns()
      batch = DisentanglementBatch(
        windows: try pattern([5, 3, 4], scale: 0.3, modulus: 11),
        excess: try pattern([5], scale: 0.5, modulus: 5),
        trend: try Tensor(indices: [0, 2, 1, 2]), trendRows: try Tensor(indices: [0, 1, 3, 4]),
        known: known
          ? try .init(
            linear: pattern([5], scale: 0.2, modulus: 7), dateMeans: ForecastLeakTests.dateMeans)
          : nil)
      let weights = try Tensor([0.5, 1, 0.75, 0.6, 0.9] as [Double], shape: [5])
      teaching = DisentanglementLosses.Teaching(
        codes: try pattern([5, 6], scale: 0.1, modulus: 13)
      ) { _ in weights }
    }

    func terms() throws -> DisentanglementLosses.Terms {
      try losses.terms(
        of: network, network.codes(batch.windows, .evaluating), batch, teaching, .evaluating)
    }
  }

  /// Values that PyTorch printed; see `benchmarks/peers/torch_add.py`.
  @Test(arguments: [false, true]) func computesWhatPyTorchDoes(known: Bool) throws {
    let made = try Case(known: known)
    let terms = try made.terms()
    let distillation = try #require(terms.distillation)
    let total = try Self.losses.total(terms)
    let values = try [
      terms.prediction, terms.adversarial, terms.reconstruction, distillation, total,
    ].map { try $0.item() }
    let (golden, slopes) = known ? Self.goldenOfLeak : Self.golden
    #expect(isClose(values, golden))
    #expect(
      try terms.leak?.item() == nil || isClose([terms.leak?.item() ?? 0], [0.854961362934927]))
    try total.backward()
    let names = [
      "excess_encoder.weight_hh_l0", "market_encoder.weight_hh_l0", "decoder.bias_ih_l0",
    ]
    for (name, golden) in zip(names, slopes) {
      let item = try #require(made.network.parameters.first { $0.name == name })
      let gradient = try #require(try item.tensor.grad()).doubles()
      #expect(isClose(Array(gradient.prefix(3)), golden), "\(name)")
    }
  }

  static let golden = (
    losses: [
      1.19584893459228, 1.77003901743233, 0.941732182910366, 0.138944542537839, 1.44909984568389,
    ],
    slopes: [
      [-2.10234506765319e-05, 5.85625719265748e-06, 5.24462706187393e-05],
      [-2.11920096718574e-05, 3.78738471942117e-06, -0.00020061863584546],
      [-0.000282894725590639, 0.000868574536202942, -0.0005949157644814],
    ]
  )
  /// Forecasts are not to run away from the market code: of these only the slopes of its encoder are others.
  static let goldenOfLeak = (
    losses: [
      1.19584893459228, 1.77003901743233, 0.941732182910366, 0.138944542537839, 1.96207666344485,
    ],
    slopes: [
      [-2.10234506765319e-05, 5.85625719265748e-06, 5.24462706187393e-05],
      [0.0259513162277363, 0.0112866753345116, -0.0140049542679281],
      [-0.000282894725590639, 0.000868574536202942, -0.0005949157644814],
    ]
  )

  /// Encoders, predictors and decoder, with what the adversaries push back through the codes.
  @Test func theGradientAgainstTheAdversariesIsThatOfTheLoss() throws {
    let made = try Case()
    try expectGradientsAgree(made.network.ownParameters) {
      try Self.losses.total(made.terms())
    }
  }

  @Test func theAdversariesLearnFromDetachedCodes() throws {
    let made = try Case()
    try expectGradientsAgree(made.network.adversaryParameters) {
      try Self.losses.adversaries(
        of: made.network, made.network.codes(made.batch.windows, .evaluating).detached(),
        made.batch, .evaluating)
    }
    for item in made.network.ownParameters {
      #expect(try item.tensor.grad() == nil, "\(item.name)")
    }
  }

  /// With λ = 0 nothing is pushed back; its gradient is −λ times that of L_adv.
  @Test func theAdversarysGradientIsReversed() throws {
    func gradient(_ loss: (Case) throws -> Tensor) throws -> [Double] {
      let made = try Case()
      try loss(made).backward()
      return try made.network.parameters.filter { $0.name.contains("encoder") }.flatMap {
        try $0.tensor.grad()?.doubles() ?? []
      }
    }
    var without = Self.losses
    without.adversarial = 0
    let (with, plain) = (
      try gradient { try Self.losses.total($0.terms()) },
      try gradient { try without.total($0.terms()) }
    )
    let adversary = try gradient { try $0.terms().adversarial }
    #expect(adversary.contains { abs($0) > 1e-4 })
    for index in with.indices {
      #expect(abs(with[index] - (plain[index] - 0.3 * adversary[index])) < 1e-12)
    }
  }

  @Test func withoutATrendTheExcessIsLearntAlone() throws {
    let made = try Case()
    let batch = DisentanglementBatch(
      windows: made.batch.windows, excess: made.batch.excess, trend: nil, trendRows: nil)
    let terms = try Self.losses.terms(
      of: made.network, made.network.codes(batch.windows, .evaluating), batch, nil, .evaluating)
    #expect(terms.distillation == nil)
    #expect(
      try terms.prediction.item() == terms.forecasts.squaredError(made.batch.excess).item())
  }
}
