import Datasets
import Foundation
import Market
import Networks
import TestSupport
import Testing
import Torch

@testable import Generators

/// What the networks of `cwgan` are, and what its samples owe to their conditions.
@Suite struct ConditionalWGANTests {
  static let shape = WindowGenerator.Shape(
    days: 5, factors: 1, features: 2, hidden: 8, others: [.gap, .upperShadow])

  /// One factor and own noise with volatility that comes in waves; deviations of a day: 1 % for the market,
  /// 1.2 % beside it.
  static func market(
    dates: Int = 300, assets: Int = 5, fields: Int = 1, seed: UInt64 = 2
  ) throws -> TrainingMarket {
    var stream = SeedStream(seed: seed)
    var closes = [Double](repeating: 100, count: assets)
    var values: [Float] = []
    for date in 0..<dates {
      let wave = exp(0.5 * sin(Double(date) / 12))
      let common = 0.01 * wave * stream.normal()
      for asset in 0..<assets {
        closes[asset] *= exp((0.7 + 0.15 * Double(asset)) * common + 0.012 * stream.normal())
        values.append(Float(closes[asset]))
      }
    }
    let panel = try Panel(
      calendar: weekdays(dates),
      universe: Universe(
        (0..<assets).map { "A\($0)" },
        attributes: ["sector": (0..<assets).map { $0 % 2 == 0 ? "x" : "y" }]),
      fields: ["close"], values: values)
    return try TrainingMarket(whole: panel)
  }

  static let quick = #"{days: 10, assets: 4, hidden: 12, steps: 8, batch: 8, criticSteps: 2}"#

  static func fitted(
    _ market: TrainingMarket, _ hyperparameters: String = quick, checkpoint: String? = nil
  ) throws -> FittedConditionalWGAN {
    let entry = try generatorRegistry.require("cwgan")
    let fitted = try entry.fit(
      market, entry.resolve(Data(hyperparameters.utf8)),
      GeneratorContext(seeds: SeedTree(root: 4), checkpoint: checkpoint))
    return try #require(fitted as? FittedConditionalWGAN)
  }

  // MARK: - Networks

  static func about(
    batch: Int, assets: Int, using stream: inout SeedStream, _ dtype: DType = .float64
  ) throws -> WindowConditions {
    func draw(_ sizes: [Int]) throws -> Tensor {
      try Tensor((0..<sizes.reduce(1, *)).map { _ in stream.normal() }, shape: sizes).to(dtype)
    }
    return WindowConditions(
      condition: try draw([batch, MarketScale.conditionWidth]),
      features: try draw([batch, assets, shape.features]),
      loadings: try draw([batch, assets, shape.factors]),
      single: try draw([batch, assets]).abs(), tails: try draw([batch, assets]).tanh(),
      shares: try draw([batch, assets, shape.days]).tanh())
  }

  static func noise(
    batch: Int, assets: Int, using stream: inout SeedStream, _ dtype: DType = .float64
  ) throws -> WindowNoise {
    let noise = try WindowNoise(
      batch: batch, assets: assets, shape, using: &stream, device: .cpu)
    return WindowNoise(
      shared: try noise.shared.to(dtype), own: try noise.own.to(dtype),
      bars: try noise.bars.to(dtype), asset: try noise.asset.to(dtype))
  }

  /// Central differences of the loss along one random direction through all parameters.
  static func check(
    _ network: some Parameterized, step: Double = 1e-6, _ loss: () throws -> Tensor
  ) throws {
    var stream = SeedStream(seed: 77)
    let value = try loss()
    let slopes = try gradients(of: value, by: network.parameters.map(\.tensor))
    var expected = 0.0
    let directions = try network.parameters.map { item in
      try Tensor((0..<item.tensor.count).map { _ in stream.normal() }, shape: item.tensor.shape)
    }
    for (slope, direction) in zip(slopes, directions) {
      expected += try (slope * direction).sum().item()
    }
    func moved(_ amount: Double) throws -> Double {
      let kept = try network.parameters.map { try $0.tensor.detached().cloned() }
      try withoutGrad {
        for (item, direction) in zip(network.parameters, directions) {
          try item.tensor.assign(item.tensor + direction * amount)
        }
      }
      let value = try loss().item()
      try withoutGrad {
        for (item, old) in zip(network.parameters, kept) { try item.tensor.assign(old) }
      }
      return value
    }
    let numerical = try (moved(step) - moved(-step)) / (2 * step)
    #expect(abs(expected) > 1e-6)
    #expect(abs(numerical - expected) < 1e-5 * max(1, abs(expected)))
  }

  @Test func gradientsAgreeWithFiniteDifferences() throws {
    var stream = SeedStream(seed: 1)
    let generator = try WindowGenerator(Self.shape, using: &stream, dtype: .float64)
    let critic = try SetCritic(Self.shape, hidden: 6, using: &stream, dtype: .float64)
    let about = try Self.about(batch: 3, assets: 4, using: &stream)
    let noise = try Self.noise(batch: 3, assets: 4, using: &stream)
    try Self.check(generator) { try critic(generator(noise, about), about).mean() }
    // With the penalty: gradients of gradients.
    let made = try withoutGrad { try generator(noise, about) }
    let real = try Tensor(
      (0..<made.count).map { _ in stream.normal() }, shape: made.shape)
    let weights = try Tensor([0.2, 0.9, 0.5], shape: [3])
    try Self.check(critic) {
      try critic(made, about).mean() - critic(real, about).mean()
        + gradientPenalty(real: real, fake: made, weights: weights, strength: 10) {
          try critic($0, about)
        }
    }
  }

  @Test func theOrderOfAssetsIsNothingToTheCritic() throws {
    var stream = SeedStream(seed: 3)
    let critic = try SetCritic(Self.shape, hidden: 6, using: &stream, dtype: .float64)
    let about = try Self.about(batch: 2, assets: 4, using: &stream)
    let windows = try Tensor(
      (0..<2 * 4 * 5 * 3).map { _ in stream.normal() }, shape: [2, 4, 5, 3])
    func scores(_ order: [Int]) throws -> [Double] {
      let order = try Tensor(indices: order)
      return try critic(
        windows.indexSelected(1, order),
        WindowConditions(
          condition: about.condition, features: about.features.indexSelected(1, order),
          loadings: about.loadings.indexSelected(1, order),
          single: about.single.indexSelected(1, order), tails: about.tails.indexSelected(1, order),
          shares: about.shares.indexSelected(1, order))
      ).doubles()
    }
    let (first, second) = (try scores([0, 1, 2, 3]), try scores([2, 0, 3, 1]))
    #expect(zip(first, second).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(try abs(scores([0, 1, 2, 2])[0] - first[0]) > 1e-6)
    // A set of one is judged as well.
    #expect(try scores([1])[0].isFinite)
  }

  @Test func theMarketRisesInAStraightLineWithTheFirstSharedNormal() throws {
    var stream = SeedStream(seed: 5)
    let generator = try WindowGenerator(Self.shape, using: &stream)
    let about = try Self.about(batch: 1, assets: 2, using: &stream, .float32)
    let noise = try Self.noise(batch: 1, assets: 2, using: &stream, .float32)
    let values = try noise.shared.floats()
    func market(_ shift: Float) throws -> [Float] {
      var moved = values
      for day in 0..<5 { moved[day * Self.shape.sharedWidth] += shift }
      let shared = try Tensor(moved, shape: noise.shared.shape)
      return try generator.innovations(
        WindowNoise(shared: shared, own: noise.own, bars: noise.bars, asset: noise.asset), about
      ).market.floats()
    }
    let (none, one, thirty) = (try market(0), try market(1), try market(30))
    for day in 0..<5 {
      let slope = one[day] - none[day]
      #expect(slope > 0.2)
      #expect(abs(thirty[day] - none[day] - 30 * slope) < 1e-3 * 30 * slope)
    }
  }

  // MARK: - Scale

  @Test func theVolatilityFilterFindsWhatMadeTheSeries() throws {
    var stream = SeedStream(seed: 8)
    let truth = VolatilityFilter(weights: [0.1, 0, 0.9, 0, 0, 0])
    var (memory, values) = (VolatilityFilter.longRun, [Double]())
    for _ in 0..<1500 {
      let value = truth.variance(memory).squareRoot() * stream.normal()
      VolatilityFilter.remember(value, in: &memory)
      values.append(value)
    }
    let found = VolatilityFilter(fitting: [.init(values: values)])
    #expect(abs(found.weights.reduce(0, +) - 1) < 1e-9)
    #expect(found.weights.allSatisfy { $0 >= 0 } && found.weights[0] < 0.35)
    // One half-life of 5 days: an average of squares 4 makes variance 0.1 + 0.9 · (1 + 3/2) after it.
    var waves = VolatilityFilter.longRun
    for _ in 0..<5 { VolatilityFilter.remember(2, in: &waves) }
    #expect(abs(truth.variance(waves) - (0.1 + 0.9 * 2.5)) < 1e-9)
    let settled = truth.settled(outside: 1)
    #expect(abs(truth.variance(settled) - settled[0]) < 1e-9)
  }

  @Test func whatStandsOutOfNoiseIsAFactor() throws {
    var stream = SeedStream(seed: 6)
    let (dates, assets) = (2000, 6)
    var values: [Float] = []
    for _ in 0..<dates {
      let factor = stream.normal()
      // Half of the variance of three assets is common.
      for asset in 0..<assets {
        let shared = asset < 3 ? 0.5.squareRoot() : 0
        values.append(Float(shared * factor + (1 - shared * shared).squareRoot() * stream.normal()))
      }
    }
    let loadings = try StaticTraits.loadings(
      residuals: values, dates: dates, known: Array(repeating: dates, count: assets), most: 4)
    #expect(loadings[0].count >= 1)
    for asset in 0..<assets {
      #expect(abs(loadings[asset][0] - (asset < 3 ? 0.5.squareRoot() : 0)) < 0.1)
    }
  }

  /// Student's t with 3 degrees of freedom beside normal own returns.
  @Test func tailsAreAnAssetsOwn() throws {
    var stream = SeedStream(seed: 12)
    let (dates, assets) = (800, 4)
    var moves = MarketMoves(
      dates: dates, assets: assets, components: [.logReturn],
      values: Array(repeating: 0, count: dates * assets))
    for date in 0..<dates {
      let common = stream.normal()
      for asset in 0..<assets {
        let square = (0..<3).reduce(0.0) { sum, _ in sum + pow(stream.normal(), 2) }
        let heavy = asset == 2 ? (1 / max(0.05, square)).squareRoot() : 1
        moves[date, asset, 0] = Float(0.01 * (common + heavy * stream.normal()))
      }
    }
    let panel = try moves.panel(
      from: StartingPoint(Array(repeating: .new, count: assets)), calendar: weekdays(dates),
      universe: Universe((0..<assets).map { "A\($0)" }))
    let scale = try MarketScale(
      fitting: TrainingMarket(panel, training: Array(0..<dates)), factors: 0)
    let widths = scale.traits.tailWidths
    for asset in [0, 1, 3] { #expect(widths[2] > widths[asset] + 0.2) }
    // Told so, the generator makes them: the fourth moment over the square of the second.
    let shape = WindowGenerator.Shape(days: 20, factors: 0, features: 3, hidden: 8, others: [])
    let generator = try WindowGenerator(shape, using: &stream)
    let about = try WindowConditions(
      condition: Array(repeating: [0, 0, 1, 0], count: 400),
      assets: Array(repeating: Array(0..<assets), count: 400), of: scale.traits,
      shares: Array(repeating: 0.5, count: 400 * assets * 20), days: 20, device: .cpu)
    let noise = try WindowNoise(batch: 400, assets: assets, shape, using: &stream, device: .cpu)
    let own = try withoutGrad {
      try generator.innovations(noise, about).own.contiguous().floats()
    }.map { Double($0) }
    let peaks = (0..<assets).map { asset -> Double in
      var (square, fourth) = (0.0, 0.0)
      for index in own.indices where index / 20 % assets == asset {
        let value = own[index] * own[index]
        (square, fourth) = (square + value, fourth + value * value)
      }
      return 400 * 20 * fourth / (square * square)
    }
    for asset in [0, 1, 3] { #expect(peaks[2] > peaks[asset] + 1) }
  }

  // MARK: - Samples

  static func deviation(_ values: [Double]) -> Double {
    ScenarioStatistics.deviation(values)
  }

  @Test func aSmallMarketIsLearnt() throws {
    let market = try Self.market(dates: 500)
    let fitted = try Self.fitted(market)
    let moves = try fitted.sample(
      SampleRequest(days: 800, seeds: SeedTree(root: 9)), path: 0)
    let real = market.stretches[0].moves
    let truth = real.rows(1..<real.dates)
    #expect(
      abs(log(Self.deviation(moves.marketReturns) / Self.deviation(truth.marketReturns))) < 0.3)
    #expect(
      abs(
        ScenarioStatistics.meanCorrelation(moves) - ScenarioStatistics.meanCorrelation(truth))
        < 0.1)
    for asset in 0..<5 {
      func own(_ moves: MarketMoves) -> Double {
        Self.deviation((0..<moves.dates).map { Double(moves[$0, asset, 0]) })
      }
      #expect(abs(log(own(moves) / own(truth))) < 0.3)
    }
  }

  @Test func realisedVolatilityIsTheConditionsWhateverItIs() throws {
    let fitted = try Self.fitted(Self.market())
    let usual = fitted.scale.deviation
    let days = 250
    func volatility(_ factor: Double, _ regime: MarketCondition.Regime) throws -> Double {
      var request = SampleRequest(days: days, seeds: SeedTree(root: 5))
      request.conditions = Array(
        repeating: MarketCondition(regime: regime, volatility: factor * usual), count: days)
      return Self.deviation(try fitted.sample(request, path: 0).marketReturns)
    }
    for factor in [0.5, 1, 2, 3, 10] {
      let reached = try volatility(factor, .normal)
      #expect(abs(log(reached / (factor * usual))) < 0.25)
    }
    // Regimes at the volatility that is theirs.
    let thresholds = try #require(fitted.scale.thresholds)
    let calm = try volatility(0.9 * thresholds.calmVolatility / usual, .calm)
    let normal = try volatility(
      (thresholds.calmVolatility + thresholds.stressVolatility) / 2 / usual, .normal)
    let stress = try volatility(1.2 * thresholds.stressVolatility / usual, .stress)
    #expect(calm < normal && normal < stress)
  }

  /// A regime by itself asks for the volatility that is usual in it.
  @Test func aWilderRegimeIsMoreVolatile() throws {
    let fitted = try Self.fitted(Self.market())
    let days = 400
    let usual = try #require(fitted.scale.thresholds).usualVolatilities
    #expect(usual[0] < usual[1] && usual[1] < usual[2])
    for (regime, expected) in zip(RegimeThresholds.regimes, usual) {
      var request = SampleRequest(days: days, seeds: SeedTree(root: 5))
      request.conditions = Array(repeating: MarketCondition(regime: regime), count: days)
      let reached = Self.deviation(try fitted.sample(request, path: 0).marketReturns)
      #expect(abs(log(reached / expected)) < 0.2, "\(regime)")
    }
  }

  /// Static attributes: who has a higher beta moves more with the market, whatever the market does.
  @Test func betasOfSamplesAreInTheOrderOfThoseLearnt() throws {
    let fitted = try Self.fitted(Self.market(dates: 500))
    let moves = try fitted.sample(SampleRequest(days: 1500, seeds: SeedTree(root: 3)), path: 0)
    let market = moves.marketReturns
    let square = market.reduce(0) { $0 + $1 * $1 }
    let betas = (0..<5).map { asset in
      (0..<1500).reduce(0) { $0 + Double(moves[$1, asset, 0]) * market[$1] } / square
    }
    let learnt = fitted.scale.traits.betas
    #expect(learnt == learnt.sorted())
    for (made, known) in zip(betas, learnt) { #expect(abs(made - known) < 0.1) }
    // New assets take after fitted ones.
    var request = SampleRequest(days: 1500, seeds: SeedTree(root: 3))
    request.assets = .new(8)
    let models = fitted.market.newAssetModels(request)
    let others = try fitted.sample(request, path: 0)
    func size(_ asset: Int) -> Double {
      Self.deviation((0..<1500).map { Double(others[$0, asset, 0]) })
    }
    let (low, high) = ((0..<8).filter { models[$0] < 2 }, (0..<8).filter { models[$0] > 2 })
    try #require(!low.isEmpty && !high.isEmpty)
    #expect(
      low.reduce(0) { $0 + size($1) } / Double(low.count)
        < high.reduce(0) { $0 + size($1) } / Double(high.count))
  }

  @Test(arguments: [0, -0.1, 10, Double.nan])
  func aVolatilityThatIsNoneIsRefused(_ volatility: Double) throws {
    let fitted = try Self.fitted(Self.market(dates: 120, assets: 2))
    var request = SampleRequest(days: 5, seeds: SeedTree(root: 5))
    request.conditions = Array(
      repeating: MarketCondition(regime: .calm, volatility: volatility), count: 5)
    #expect(throws: GeneratorError.self) { try fitted.sample(request, path: 0) }
  }

  @Test func aTiltRaisesEveryDaysMarketReturn() throws {
    let fitted = try Self.fitted(Self.market())
    let days = 25
    func returns(_ shift: Float) throws -> [Double] {
      var request = SampleRequest(days: days, seeds: SeedTree(root: 6))
      request.conditions = Array(
        repeating: MarketCondition(regime: .normal, volatility: 0.01), count: days)
      request.tilt = NoiseTilt(
        shift: Array(repeating: shift, count: days), scale: Array(repeating: 1, count: days))
      return try fitted.sample(request, path: 0).marketReturns
    }
    let paths = try [-10, -1, 0, 1, 10].map { try returns($0) }
    for (lower, higher) in zip(paths, paths.dropFirst()) {
      #expect(zip(lower, higher).allSatisfy { $0 < $1 })
    }
  }

  @Test(arguments: ["gfc", "calm", "covid"], [0.5, 1, 2])
  func scenariosAreMet(_ name: String, severity: Double) throws {
    let market = try Self.market()
    let outcome = try ScenarioSearch(
      scenarioRegistry.require(name), severity: severity, history: market.stretches.map(\.moves)
    ).run(
      Self.fitted(market, #"{days: 20, assets: 4, hidden: 8, steps: 2, batch: 4, criticSteps: 1}"#),
      named: "cwgan", request: SampleRequest(days: 1, seeds: SeedTree(root: 11)), paths: 1
    ).outcome
    for row in outcome.rows { #expect(abs(row.reached - row.target) <= row.tolerance) }
  }

  @Test func oneAssetIsAMarketToo() throws {
    let fitted = try Self.fitted(Self.market(dates: 120, assets: 1))
    let moves = try fitted.sample(SampleRequest(days: 60, seeds: SeedTree(root: 2)), path: 0)
    #expect(moves.assets == 1 && moves.values.allSatisfy(\.isFinite))
    #expect(abs(log(Self.deviation(moves.marketReturns) / fitted.scale.deviation)) < 0.6)
  }

  @Test func anAssetWithoutReturnsIsNamed() throws {
    let panel = try madeUpPanel(dates: 120, assets: 3)
    var values = panel.values
    for date in 0..<120 {
      for field in 0..<5 { values[(date * 3 + 1) * 5 + field] = .nan }
    }
    let empty = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values)
    #expect(throws: GeneratorError.emptyAsset("A1", for: "'cwgan'")) {
      try Self.fitted(TrainingMarket(whole: empty))
    }
  }

  @Test func trainingGoesOnToTheSameBits() throws {
    struct Stopped: Error {}
    let market = try Self.market(dates: 90, assets: 2)
    let text =
      #"{days: 5, assets: 2, hidden: 4, steps: 53, batch: 2, criticSteps: 1, validateEvery: 10}"#
    let whole = try Self.fitted(market, text)
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).h5")
    defer { try? FileManager.default.removeItem(at: file) }
    // Up to the checkpoint at step 50 and no further.
    let entry = try generatorRegistry.require("cwgan")
    let hyperparameters = try StrictJSON.decode(
      ConditionalWGAN.Hyperparameters.self, from: entry.resolve(Data(text.utf8)), named: "test")
    let context = GeneratorContext(seeds: SeedTree(root: 4), checkpoint: file.path)
    let training = try WindowTraining(
      market, MarketScale(fitting: market, factors: hyperparameters.factors), hyperparameters,
      in: context)
    try training.run(in: context, stoppingAfter: 51)
    #expect(FileManager.default.fileExists(atPath: file.path))
    let resumed = try Self.fitted(market, text, checkpoint: file.path)
    #expect(try resumed.parameters() == whole.parameters())
    #expect(resumed.notes == whole.notes)
    // One of other data is not gone on from.
    let other = try Self.market(dates: 90, assets: 2, seed: 3)
    try training.run(in: context, stoppingAfter: 51)
    #expect(
      try Self.fitted(other, text, checkpoint: file.path).parameters()
        == Self.fitted(other, text).parameters())
  }
}

extension WindowTraining {
  /// Is interrupted when the generator begins a step, so that a checkpoint is all that is left.
  func run(in context: GeneratorContext, stoppingAfter steps: Int) throws {
    struct Interrupted: Error {}
    var (losses, taken) = (losses, 0)
    let inner = losses.generator
    losses.generator = { stream in
      taken += 1
      if taken > steps { throw Interrupted() }
      return try inner(&stream)
    }
    do { _ = try run(in: context, losses: losses) } catch is Interrupted {}
  }
}
