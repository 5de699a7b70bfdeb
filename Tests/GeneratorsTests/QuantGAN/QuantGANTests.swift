import Datasets
import Foundation
import Market
import TestSupport
import Testing
import Torch

@testable import Generators

@Suite struct QuantGANTests {
  typealias Settings = QuantGAN.Hyperparameters

  static func small(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
    var settings = Settings()
    (settings.levels, settings.hidden, settings.criticHidden) = (2, 6, 6)
    (settings.steps, settings.assetSteps, settings.paths, settings.days) = (2, 2, 2, 32)
    settings.validateEvery = 1
    change(&settings)
    return settings
  }

  /// Closes alone, volatility in long waves.
  static func panel(
    dates: Int, assets: Int, seed: UInt64 = 2, volatility scale: Double = 1
  ) throws -> Panel {
    var stream = SeedStream(seed: seed)
    var closes = [Double](repeating: 100, count: assets)
    var (volatility, values) = (0.01, [Float]())
    for _ in 0..<dates {
      let market = volatility * stream.normal()
      volatility = 0.002 + 0.9 * volatility * (0.7 + 0.3 * abs(market) / volatility)
      for asset in 0..<assets {
        let own = assets > 1 ? 0.008 * stream.normal() : 0
        closes[asset] *= exp(scale * ((0.6 + 0.2 * Double(asset)) * market + own))
        values.append(Float(closes[asset]))
      }
    }
    return try Panel(
      calendar: weekdays(dates), universe: Universe((0..<assets).map { "A\($0)" }),
      fields: ["close"], values: values)
  }

  static func fit(
    _ settings: Settings, dates: Int = 300, assets: Int = 1, volatility: Double = 1,
    checkpoint: String? = nil
  ) throws -> FittedQuantGAN {
    let market = try TrainingMarket(
      panel(dates: dates, assets: assets, volatility: volatility), training: Array(0..<dates))
    let fitted = try QuantGAN.fit(
      market, settings, in: GeneratorContext(seeds: SeedTree(root: 9), checkpoint: checkpoint))
    return try #require(fitted as? FittedQuantGAN)
  }

  @Test func theReceptiveFieldIsThePapers() {
    #expect(Settings().receptiveField == 127)
    #expect(Self.small().receptiveField == 7)
  }

  /// A day depends on the noise of the receptive field before it, and its volatility on no noise of
  /// the day itself.
  @Test(arguments: [QuantGAN.Architecture.constrained, .free], [true, false])
  func aDaySeesItsPastAlone(_ architecture: QuantGAN.Architecture, readsSizes: Bool) throws {
    var stream = SeedStream(seed: 4)
    let settings = Self.small { ($0.architecture, $0.readsSizes) = (architecture, readsSizes) }
    let network = try PathNetwork(
      components: 2, contexts: 0, settings, using: &stream, device: .cpu)
    let (lead, days) = (network.lead, 20)
    var noise = (0..<3 * (lead + days)).map { _ in Float(stream.normal()) }
    let before = try network.draw(noise, batch: 1, days: days, device: .cpu)
    #expect(before.path.count == 2 * days)
    let changed = 9
    for channel in 0..<3 { noise[channel * (lead + days) + lead + changed] += 1 }
    let after = try network.draw(noise, batch: 1, days: days, device: .cpu)
    let moved = (0..<days).filter { before.path[$0] != after.path[$0] }
    #expect(moved.first == changed)
    let reach = architecture == .constrained ? lead : lead - 1
    #expect(try #require(moved.last) <= changed + reach)
    guard architecture == .constrained else { return }
    // Given the past, the return is linear in ε: it rose by σ.
    let rise = after.path[changed] - before.path[changed]
    #expect(abs(rise - before.volatility[changed]) < 1e-5)
    #expect(after.volatility[changed] == before.volatility[changed])
    #expect(after.volatility[changed + 1] != before.volatility[changed + 1])
  }

  @Test func aLongPathIsDrawnPieceByPiece() throws {
    var stream = SeedStream(seed: 4)
    let network = try PathNetwork(
      components: 1, contexts: 0, Self.small(), using: &stream, device: .cpu)
    let days = PathNetwork.daysAtOnce + 50
    let noise = (0..<3 * (network.lead + days)).map { _ in Float(stream.normal()) }
    let long = try network.draw(noise, batch: 1, days: days, device: .cpu)
    let length = network.lead + days
    var tail: [Float] = []
    for channel in 1...3 { tail += noise[channel * length - network.lead - 20..<channel * length] }
    let short = try network.draw(tail, batch: 1, days: 20, device: .cpu)
    for (a, b) in zip(long.path.suffix(20), short.path) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func theGuardHoldsWhatWouldExplode() {
    let part = QuantGANScale.Part(
      maps: [.identity], limits: [3], tails: [HeavyTail(location: 0, scale: 1, delta: 0.3)])
    var guarded = 0
    #expect(part.mapped([1, -50, 4, 2.5], days: 4, &guarded) == [1, -3, 3, 2.5])
    #expect(guarded == 2)
  }

  @Test func noMoveIsBeyondTheGuard() throws {
    let fitted = try Self.fit(Self.small { $0.guardFactor = 1 })
    let path = try fitted.sample(SampleRequest(days: 3000, seeds: SeedTree(root: 1)), path: 0)
    let tail = fitted.scale.market.tails[0]
    let observed = try MarketMoves(of: Self.panel(dates: 300, assets: 1), dates: 0..<300)
    let largest = observed.values.dropFirst().map { abs(Double($0) - tail.location) }.max() ?? 0
    #expect(path.values.allSatisfy { abs(Double($0) - tail.location) < largest * 1.0001 })
    #expect(fitted.notes["guarded_share"] != nil && fitted.notes["delta"] != nil)
  }

  @Test func quantilesAreMappedToThoseObserved() {
    var stream = SeedStream(seed: 3)
    let sampled = (0..<4000).map { _ in 3 * stream.normal() + 1 }
    let observed = (0..<2000).map { _ in stream.normal() }
    let map = MarginalMap(from: sampled, to: observed)
    let mapped = sampled.map { map($0) }
    let mean = mapped.reduce(0, +) / 4000
    #expect(abs(mean) < 0.05)
    #expect(abs((mapped.reduce(0) { $0 + $1 * $1 } / 4000).squareRoot() - 1) < 0.05)
    #expect(zip(sampled.sorted(), sampled.sorted().dropFirst()).allSatisfy { map($0) <= map($1) })
    #expect(MarginalMap.identity(7) == 7)
  }

  /// Beyond the outer knots, too: sampled tails that are heavier come in, lighter ones go out.
  @Test(arguments: [0.0, 0.2]) func tailsAreStretchedToThoseObserved(_ delta: Double) {
    var stream = SeedStream(seed: 3)
    func tailed(_ delta: Double, _ count: Int) -> [Double] {
      let tail = HeavyTail(location: 0, scale: 1, delta: delta)
      return (0..<count).map { _ in tail.restored(stream.normal()) }
    }
    let (sampled, observed) = (tailed(delta, 50_000), tailed(0.2 - delta, 20_000))
    let map = MarginalMap(from: sampled, to: observed)
    func excess(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let beyond = sorted.suffix(sorted.count / 500)
      return beyond.reduce(0, +) / Double(beyond.count) - beyond[beyond.startIndex]
    }
    let stretched = abs(log(excess(sampled.map { map($0) }) / excess(observed)))
    #expect(stretched < 0.5 && abs(log(excess(sampled) / excess(observed))) > 2 * stretched)
  }

  /// Days as sampled are distributed as those of training: through the heavy tail, back and all.
  @Test func aDayIsDistributedAsInTraining() throws {
    let observed = try MarketMoves(of: Self.panel(dates: 1200, assets: 1), dates: 0..<1200)
      .values.dropFirst().map(Double.init).sorted()
    let fitted = try Self.fit(Self.small(), dates: 1200)
    #expect(try #require(fitted.notes["delta"]) > 0.02, "tails that are there to be lost")
    let sampled = try fitted.sample(SampleRequest(days: 20_000, seeds: SeedTree(root: 1)), path: 0)
      .values.map(Double.init).sorted()
    let deviation = (observed.reduce(0) { $0 + $1 * $1 } / Double(observed.count)).squareRoot()
    for level in [0.01, 0.1, 0.5, 0.9, 0.99] {
      let gap = quantile(sampled, level) - quantile(observed, level)
      #expect(abs(gap) < 0.15 * deviation, "at \(level)")
    }
  }

  /// E[exp(R − rate) | past] = 1 on calm and on wild days.
  @Test(arguments: [1, 3])
  func underRiskNeutralityPricesAreAMartingale(_ assets: Int) throws {
    let settings = Self.small {
      ($0.riskNeutral, $0.architecture) = (true, .constrained)
      ($0.heavyTails, $0.calibrate, $0.rate, $0.validateEvery) = (false, false, 0.0002, 5)
      ($0.steps, $0.assetSteps) = (5, 5)
    }
    let fitted = try Self.fit(settings, assets: assets)
    let days = 20_000
    let path = try fitted.sample(SampleRequest(days: days, seeds: SeedTree(root: 8)), path: 0)
    for asset in 0..<assets {
      let returns = (0..<days).map { Double(path[$0, asset, 0]) }
      for parity in 0..<2 {
        // Large moves announce large ones: two halves by the size of the day before.
        let half = (1..<days).filter { (abs(returns[$0 - 1]) > 0.008) == (parity == 0) }
        let gains = half.map { exp(returns[$0] - 0.0002) - 1 }
        let mean = gains.reduce(0, +) / Double(gains.count)
        let square = gains.reduce(0) { $0 + $1 * $1 } / Double(gains.count)
        #expect(abs(mean) < 4 * (square / Double(gains.count)).squareRoot())
      }
    }
  }

  /// Given any past, the mean of exp(R − rate) over the last day's ε is 1: integrated by Simpson's rule,
  /// with a tilt that sets ε to each node.
  @Test func givenThePastAPriceIsAMartingale() throws {
    let settings = Self.small {
      ($0.riskNeutral, $0.architecture) = (true, .constrained)
      ($0.heavyTails, $0.calibrate, $0.rate, $0.steps) = (false, false, 0.0002, 5)
    }
    // A deviation of a quarter a day: its drift of −σ² / 2 is then large.
    let fitted = try Self.fit(settings, volatility: 25)
    let (nodes, reach, days) = (60, 10.0, 4)
    for path in 0..<3 {
      var (mean, squares) = (0.0, 0.0)
      for node in 0...nodes {
        let epsilon = Float(-reach + 2 * reach * Double(node) / Double(nodes))
        var request = SampleRequest(days: days, seeds: SeedTree(root: 8))
        request.tilt = NoiseTilt(shift: [0, 0, 0, epsilon], scale: [1, 1, 1, 0])
        let move = Double(try fitted.sample(request, path: path)[days - 1, 0, 0])
        let part = node == 0 || node == nodes ? 1.0 : (node % 2 == 1 ? 4 : 2)
        let density = exp(-Double(epsilon * epsilon) / 2) / (2 * Double.pi).squareRoot()
        let weight = part * density * 2 * reach / Double(nodes) / 3
        mean += weight * exp(move - 0.0002)
        squares += weight * move * move
      }
      #expect(squares > 0.01, "a day without a drift to speak of")
      #expect(abs(mean - 1) < 1e-4)
    }
  }

  /// Small networks, a minute's worth of data: what was not there before training is there after it.
  @Test func trainingFindsTheClusteringOfVolatility() throws {
    let settings = Self.small {
      ($0.levels, $0.hidden, $0.paths, $0.days) = (3, 8, 4, 200)
      ($0.validateEvery, $0.generatorRate, $0.adversarial) = (20, 0.01, 0.1)
      $0.architecture = .constrained
    }
    let panel = try Self.panel(dates: 600, assets: 1)
    let market = try MarketMoves(of: panel, dates: 0..<600)
    /// The mean autocorrelation of |r| over five lags.
    func clustering(_ returns: some Sequence<Float>) -> Double {
      let facts = StylizedFacts([returns.map { Double($0) }], lags: 5)
      return facts.correlations[1].reduce(0, +) / 5
    }
    func sampled(steps: Int) throws -> Double {
      var settings = settings
      settings.steps = steps
      let fitted = try Self.fit(settings, dates: 600)
      let path = try fitted.sample(SampleRequest(days: 3000, seeds: SeedTree(root: 5)), path: 0)
      return clustering(path.values)
    }
    let (observed, untrained) = (clustering(market.values.dropFirst()), try sampled(steps: 1))
    let trained = try sampled(steps: 80)
    #expect(observed > 0.1 && untrained < 0.3 * observed)
    #expect(trained > 0.5 * observed, "\(untrained) → \(trained), observed \(observed)")
  }

  /// A moment of training is judged by both stretches, learnt from in one alone.
  @Test func theYardstickIsOfTrainingAndValidation() throws {
    let market = try TrainingMarket(
      Self.panel(dates: 200, assets: 2), training: Array(0..<150), validation: Array(150..<200))
    let data = try GaussianMarket(market, heavyTails: true, guardFactor: 2)
    let held = data.sequences(market.validation)
    let material = try Materials.market(
      data, Self.small(), validation: held.market, device: .cpu)
    #expect(material.facts.sums[0].count == 149 && material.yardstick.sums[0].count == 198)
  }

  @Test func assetsMoveTogetherAsTheyDid() throws {
    let fitted = try Self.fit(Self.small(), dates: 400, assets: 4)
    let path = try fitted.sample(SampleRequest(days: 3000, seeds: SeedTree(root: 1)), path: 0)
    func correlation(_ moves: MarketMoves, _ a: Int, _ b: Int) -> Double {
      let rows = (1..<moves.dates).map { (Double(moves[$0, a, 0]), Double(moves[$0, b, 0])) }
      let n = Double(rows.count)
      let (ma, mb) = (rows.reduce(0) { $0 + $1.0 } / n, rows.reduce(0) { $0 + $1.1 } / n)
      let ab = rows.reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
      let aa = rows.reduce(0) { $0 + ($1.0 - ma) * ($1.0 - ma) }
      let bb = rows.reduce(0) { $0 + ($1.1 - mb) * ($1.1 - mb) }
      return ab / (aa * bb).squareRoot()
    }
    let observed = try MarketMoves(of: Self.panel(dates: 400, assets: 4), dates: 0..<400)
    for (a, b) in [(0, 1), (0, 3), (2, 3)] {
      #expect(abs(correlation(path, a, b) - correlation(observed, a, b)) < 0.2)
    }
  }

  @Test func moreOfTheFirstNoiseRaisesTheMarket() throws {
    for architecture in [QuantGAN.Architecture.constrained, .free] {
      let fitted = try Self.fit(Self.small { $0.architecture = architecture })
      var request = SampleRequest(days: 400, seeds: SeedTree(root: 1))
      let plain = try fitted.sample(request, path: 0).values.reduce(0, +)
      request.tilt = NoiseTilt(
        shift: Array(repeating: 0.5, count: 400), scale: Array(repeating: 1, count: 400))
      #expect(try fitted.sample(request, path: 0).values.reduce(0, +) > plain)
    }
  }

  @Test(arguments: [0, 3]) func anInterruptedFitEndsInTheSameBits(memory: Int) throws {
    let settings = Self.small {
      ($0.steps, $0.loss, $0.memory) = (104, .wasserstein, memory)
      if memory > 0 { ($0.averaging, $0.mapsFrom) = (0.9, 0.5) }
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "fit").path
    let whole = try Self.fit(settings, checkpoint: file)
    #expect(FileManager.default.fileExists(atPath: file + ".market"))
    // What is left at step 100 is gone on from.
    let resumed = try Self.fit(settings, checkpoint: file)
    #expect(try whole.parameters() == resumed.parameters())
  }

  @Test func aMarketShorterThanTheReceptiveFieldIsRefused() throws {
    #expect(
      throws: GeneratorError.tooShort(
        longest: 99, needed: 127, for: "'quantgan' with a receptive field of 127")
    ) { try Self.fit(Settings(), dates: 100) }
  }

  @Test func anAssetWithoutReturnsIsNamed() throws {
    let panel = try Self.panel(dates: 60, assets: 2)
    var values = panel.values
    for date in 0..<60 { values[date * 2 + 1] = .nan }
    let market = try TrainingMarket(
      Panel(
        calendar: panel.calendar, universe: panel.universe, fields: ["close"], values: values),
      training: Array(0..<60))
    #expect(throws: GeneratorError.emptyAsset("A1", for: "'quantgan'")) {
      try QuantGAN.fit(market, Self.small(), in: GeneratorContext(seeds: SeedTree(root: 1)))
    }
  }

  /// One network makes all assets, and is told who they are: after a few steps it gives each a size by chance.
  @Test func everyAssetsOwnPartIsAsWideAsItsOwn() throws {
    var fitted = try Self.fit(Self.small(), dates: 500, assets: 4)
    let widths = fitted.scale.own.map { $0.levels[0].width }.sorted()
    for (width, next) in zip(widths, widths.dropFirst()) { #expect(next > 1.0001 * width) }
    let real = try TrainingMarket(
      Self.panel(dates: 500, assets: 4), training: Array(0..<500)
    ).stretches[0].moves.rows(1..<500)
    let made = try fitted.sample(SampleRequest(days: 3000, seeds: SeedTree(root: 2)), path: 0)
    func width(_ moves: MarketMoves, _ asset: Int) -> Double {
      let parts = zip(moves.marketReturns, 0..<moves.dates).map {
        Double(moves[$1, asset, 0]) - (0.6 + 0.2 * Double(asset)) / 0.9 * $0
      }
      return ScenarioStatistics.deviation(parts)
    }
    for asset in 0..<4 { #expect(abs(log(width(made, asset) / width(real, asset))) < 0.12) }
    // Were an asset's level twice what it is, its own part would come out half as wide.
    fitted.scale.own[1].levels[0].width *= 2
    let narrow = try fitted.sample(SampleRequest(days: 3000, seeds: SeedTree(root: 2)), path: 0)
    #expect(width(narrow, 1) < 0.7 * width(made, 1))
  }

  @Test func settingsOfTheLossAreWithinTheirBounds() throws {
    for change: (inout Settings) -> Void in [
      { $0.memory = -1 }, { $0.averaging = 1 }, { $0.averaging = -0.1 }, { $0.averaging = .nan },
      { $0.mapsFrom = 1.5 }, { $0.mapsFrom = .nan },
      { ($0.mapsFrom, $0.calibrate) = (0.5, false) },
      { ($0.mapsFrom, $0.validateEvery) = (0.5, 2) },
      { ($0.levels, $0.days, $0.paths) = (9, 2500, 40) },
    ] {
      #expect(throws: SpecError.self) { try QuantGAN.validate(Self.small(change)) }
    }
    try QuantGAN.validate(
      Self.small { ($0.memory, $0.averaging, $0.mapsFrom) = (10, 0.98, 0) })
  }

  /// What never moved does not move in samples, whatever the networks make.
  @Test func aMarketThatStandsStillStandsStill() throws {
    let panel = try Panel(
      calendar: weekdays(300), universe: Universe(["A"]), fields: ["close"],
      values: Array(repeating: 100, count: 300))
    let fitted = try QuantGAN.fit(
      TrainingMarket(panel, training: Array(0..<300)), Self.small(),
      in: GeneratorContext(seeds: SeedTree(root: 3)))
    let moves = try fitted.sample(SampleRequest(days: 500, seeds: SeedTree(root: 4)), path: 0)
    #expect(moves.values.allSatisfy { $0 == 0 })
  }

  @Test func riskNeutralityNeedsNormalReturns() {
    #expect(throws: SpecError.self) { try QuantGAN.validate(Self.small { $0.riskNeutral = true }) }
  }

  @Test func principalComponentsGiveTheirLoadingsBack() throws {
    var stream = SeedStream(seed: 11)
    let loadings = [0.8, 0.8, 0.8, 0.0, 0.0, 0.0]
    let rows = (0..<4000).flatMap { _ -> [Double] in
      let factor = stream.normal()
      return loadings.map { $0 * factor + (1 - $0 * $0).squareRoot() * stream.normal() }
    }
    let factors = try ResidualFactors(rows, assets: 6, most: 3)
    #expect(factors.count == 1)
    for (found, wanted) in zip(factors.loadings, loadings) {
      // With six assets, the mean of the other eigenvalues takes a little too much off.
      #expect(abs(abs(found) - wanted) < 0.12)
    }
    for asset in 0..<6 {
      let variance =
        factors.loadings[asset] * factors.loadings[asset]
        + factors.own[asset] * factors.own[asset]
      #expect(abs(variance - 1) < 1e-9)
    }
  }
}
