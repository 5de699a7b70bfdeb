import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct GARCHTests {
  /// A market of one asset with the parameters of the golden's series, in percent.
  static func single(_ hyperparameters: GARCH.Hyperparameters = GARCH.defaults) throws
    -> FittedGARCH
  {
    let truth = try GARCHGolden.load().truth
    let model = VolatilityModel(
      mean: truth.mean / 100, omega: truth.omega / 10_000, alpha: truth.alpha,
      gamma: truth.gamma, beta: truth.beta, degrees: truth.degrees)
    let deviation = model.longRunVariance.squareRoot()
    let market = FittedMarket(
      universe: try Universe(["X"]), components: [.logReturn], start: StartingPoint([.new]),
      lastDate: TradingDate(daysSinceEpoch: 0))
    return FittedGARCH(
      market: market, hyperparameters: hyperparameters,
      parts: GARCHParts(
        factor: VolatilityProcess(
          model, variance: model.longRunVariance, largestShock: 25 * deviation),
        assets: [.init(intercept: 0, slope: 1, residual: nil)],
        companions: [CompanionDays(days: [], components: [])], logLikelihood: 0, still: 0))
  }

  /// Assets of different loadings on one factor.
  static func market(assets: Int = 4, fields: [String] = Panel.usualFields) throws -> TrainingMarket
  {
    let panel = try madeUpPanel(dates: 400, assets: assets, seed: 6, fields: fields)
    var stream = SeedStream(seed: 9)
    let level = (0..<400).reduce(into: [Double]()) { levels, _ in
      levels.append((levels.last ?? 0) + 0.01 * stream.normal())
    }
    var values = panel.values
    for date in 0..<400 {
      for asset in 0..<assets {
        let loading = 0.5 + Double(asset) / Double(assets - 1)
        for field in fields.indices where fields[field] != "volume" {
          values[(date * assets + asset) * fields.count + field] *= Float(
            exp(loading * level[date]))
        }
      }
    }
    return try TrainingMarket(
      Panel(
        calendar: panel.calendar, universe: panel.universe, fields: fields, values: values),
      training: Array(0..<400))
  }

  static func fit(
    _ market: TrainingMarket, _ hyperparameters: GARCH.Hyperparameters = GARCH.defaults
  ) throws -> FittedGARCH {
    try #require(
      GARCH.fit(market, hyperparameters, in: GeneratorContext(seeds: SeedTree(root: 1)))
        as? FittedGARCH)
  }

  static func returns(_ days: Int, path: Int = 0) throws -> [Double] {
    let request = SampleRequest(days: days, seeds: SeedTree(root: 11))
    return try single().sample(request, path: path).values.map { Double($0) }
  }

  @Test func parametersAreRecoveredFromItsOwnSamples() throws {
    let returns = try Self.returns(5000)
    let truth = try Self.single().parts.factor.model
    let fit = VolatilityFit(
      ReturnSeries(returns, stretches: [0..<5000]), hasMean: true, hasLeverage: true,
      isNormal: false)
    // About three standard errors at 5,000 days.
    #expect(abs(fit.model.mean - truth.mean) < 5e-4)
    #expect(abs(fit.model.alpha - truth.alpha) < 0.03)
    #expect(abs(fit.model.gamma - truth.gamma) < 0.06)
    #expect(abs(fit.model.beta - truth.beta) < 0.05)
    #expect(abs(fit.model.persistence - truth.persistence) < 0.03)
    #expect(abs((fit.model.degrees ?? 0) - 6) < 2)
  }

  @Test func volatilityClustersAndRisesAfterFalls() throws {
    func correlation(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
      let count = Double(a.count)
      let (ma, mb) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
      let product = zip(a, b).reduce(0) { $0 + ($1.0 - ma) * ($1.1 - mb) }
      let (va, vb) = (
        a.reduce(0) { $0 + ($1 - ma) * ($1 - ma) }, b.reduce(0) { $0 + ($1 - mb) * ($1 - mb) }
      )
      return product / (va * vb).squareRoot()
    }
    let returns = try Self.returns(8000)
    let sizes = returns.map { abs($0) }
    for lag in 1...10 {
      #expect(correlation(sizes.dropLast(lag), sizes.dropFirst(lag)) > 0.05)
    }
    let squares = returns.map { $0 * $0 }
    let leverage = (1...5).reduce(0) {
      $0 + correlation(returns.dropLast($1), squares.dropFirst($1))
    }
    #expect(leverage < -0.1)
    #expect(abs(correlation(returns.dropLast(), returns.dropFirst())) < 0.06)
  }

  @Test func loadingsAreThoseOfTheAssets() throws {
    let fitted = try Self.fit(Self.market())
    for (asset, part) in fitted.parts.assets.enumerated() {
      #expect(abs(part.slope - (0.5 + Double(asset) / 3)) < 0.25)
    }
    // The market of a sample is the factor: loadings average 1, and residuals add up to nothing.
    let mean = fitted.parts.assets.reduce(0) { $0 + $1.slope } / 4
    #expect(abs(mean - 1) < 0.05)
    #expect(fitted.notes["still_assets"] == 0)
  }

  @Test func aTiltMovesTheMarketAsItWouldANormal() throws {
    let fitted = try Self.fit(Self.market(fields: ["close"]))
    var request = SampleRequest(days: 40, seeds: SeedTree(root: 4))
    let plain = try fitted.sample(request, path: 0).marketReturns
    request.tilt = NoiseTilt(
      shift: Array(repeating: -1, count: 40), scale: Array(repeating: 1, count: 40))
    let tilted = try fitted.sample(request, path: 0).marketReturns
    #expect(zip(plain, tilted).allSatisfy { $0 > $1 })
    // With no noise left but the tilt's, the first day is the quantile of its shift.
    request.tilt = NoiseTilt(
      shift: Array(repeating: -2, count: 40), scale: Array(repeating: 0, count: 40))
    let factor = fitted.parts.factor
    let quantile = StudentT(degrees: factor.model.degrees ?? 0).quantile(normalScore: -2)
    let slope = fitted.parts.assets.reduce(0) { $0 + $1.slope } / 4
    let intercept = fitted.parts.assets.reduce(0) { $0 + $1.intercept } / 4
    let first = try fitted.sample(request, path: 0).marketReturns[0]
    let expected =
      intercept + slope * (factor.model.mean + factor.variance.squareRoot() * quantile)
    #expect(abs(first - expected) < 1e-7)
  }

  @Test func theLevelOfVolatilityFollowsConditions() throws {
    let fitted = try Self.single()
    var request = SampleRequest(days: 400, seeds: SeedTree(root: 5))
    request.conditions = (0..<400).map { day in
      MarketCondition(regime: day < 200 ? .calm : .stress, volatility: day < 200 ? 0.004 : 0.04)
    }
    let states = try (0..<20).flatMap { path -> [(calm: Double, stress: Double)] in
      let found = RegimeThresholds.states(
        of: try fitted.sample(request, path: path).marketReturns)
      return (60..<180).compactMap { day in
        guard let calm = found[day], let stress = found[day + 200] else { return nil }
        return (calm.volatility, stress.volatility)
      }
    }
    let count = Double(states.count)
    let calm = (states.reduce(0) { $0 + $1.calm * $1.calm } / count).squareRoot()
    let stress = (states.reduce(0) { $0 + $1.stress * $1.stress } / count).squareRoot()
    #expect(abs(calm / 0.004 - 1) < 0.1)
    #expect(abs(stress / 0.04 - 1) < 0.1)
    request.conditions?[7].volatility = 0
    #expect(throws: GeneratorError.self) { try fitted.sample(request, path: 0) }
  }

  @Test func rangesWidenWithVolatilityAndVolumesDoNot() throws {
    let fitted = try Self.fit(Self.market())
    func means(_ volatility: Double) throws -> [Double] {
      var request = SampleRequest(days: 300, seeds: SeedTree(root: 5))
      request.conditions = Array(
        repeating: MarketCondition(regime: .normal, volatility: volatility), count: 300)
      let moves = try fitted.sample(request, path: 0)
      return try [MarketComponent.gap, .upperShadow, .lowerShadow, .logVolume].map { component in
        let series = try #require(moves.series(component))
        return series.reduce(0.0) { $0 + Double(abs($1)) } / Double(series.count)
      }
    }
    let quiet = try means(0.005)
    let loud = try means(0.1)
    for component in 0..<3 { #expect(2 * quiet[component] < loud[component]) }
    let ratio = loud[3] / quiet[3]
    #expect(abs(ratio - 1) < 0.3)
  }

  @Test func gapsGoWithReturnsAsTheyDidInTraining() throws {
    func correlation(_ moves: MarketMoves, asset: Int) -> Double {
      let days = (0..<moves.dates).filter { moves.isComplete(date: $0, asset: asset) }
      let returns = days.map { Double(moves[$0, asset, 0]) }
      let gaps = days.map { Double(moves[$0, asset, 1]) }
      let product = zip(returns, gaps).reduce(0) { $0 + $1.0 * $1.1 }
      let squares = returns.reduce(0) { $0 + $1 * $1 } * gaps.reduce(0) { $0 + $1 * $1 }
      return product / squares.squareRoot()
    }
    let market = try Self.market()
    let sample = try Self.fit(market).sample(
      SampleRequest(days: 1500, seeds: SeedTree(root: 5)), path: 0)
    for asset in 0..<4 {
      let real = correlation(market.stretches[0].moves, asset: asset)
      #expect(real > 0.4)
      #expect(abs(correlation(sample, asset: asset) - real) < 0.15)
    }
  }

  @Test func companionsAreTheNearestDaysInTheirUnits() {
    var days: [(standardised: Float, deviation: Double, values: [Float])] = []
    for place in (0..<40).reversed() {
      let value = Float(place)
      days.append((value, 0.5, [value, value]))
    }
    let companions = CompanionDays(days: days, components: [.gap, .logVolume])
    var stream = SeedStream(seed: 1)
    var drawn: Set<Float> = []
    for _ in 0..<60 {
      let found = companions.draw(near: 20, deviation: 0.25, from: &stream)
      #expect(found[0] == found[1] / 2)
      drawn.insert(found[1])
    }
    #expect(drawn == [19, 20, 21])
    #expect(companions.draw(near: 1e9, deviation: 1, from: &stream)[1] >= 37)
    let none = CompanionDays(days: [], components: [.gap])
    #expect(none.draw(near: 0, deviation: 1, from: &stream) == [0])
  }

  @Test func shocksAreCutAndCounted() throws {
    let fitted = try Self.single()
    var request = SampleRequest(days: 50, seeds: SeedTree(root: 5))
    _ = try fitted.sample(request, path: 0)
    #expect(fitted.notes["cut_days"] == 0)
    request.tilt = NoiseTilt(
      shift: Array(repeating: 30, count: 50), scale: Array(repeating: 1, count: 50))
    let moves = try fitted.sample(request, path: 0)
    #expect(fitted.notes["cut_days"] == 50)
    let limit = fitted.parts.factor.largestShock + fitted.parts.factor.model.mean
    #expect(moves.values.allSatisfy { abs(Double($0) - limit) < 1e-6 })
  }

  @Test func burnInLeavesTheLastTrainingDayBehind() throws {
    var hyperparameters = GARCH.defaults
    hyperparameters.burnIn = 30
    let request = SampleRequest(days: 20, seeds: SeedTree(root: 5))
    let burnt = try Self.single(hyperparameters).sample(request, path: 0)
    let longer = SampleRequest(days: 50, seeds: SeedTree(root: 5))
    let plain = try Self.single().sample(longer, path: 0)
    #expect(burnt.values == Array(plain.values[30...]))
  }

  @Test func anAssetWithoutReturnsIsNamed() throws {
    let panel = try madeUpPanel(dates: 120, assets: 2)
    var values = panel.values
    for date in 0..<120 { for field in 0..<5 { values[(date * 2 + 1) * 5 + field] = .nan } }
    let market = try TrainingMarket(
      Panel(
        calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values),
      training: Array(0..<120))
    #expect(throws: GeneratorError.emptyAsset("A1", for: "'garch'")) { try Self.fit(market) }
  }

  @Test func fiftyReturnsInARowAreNeeded() throws {
    let panel = try madeUpPanel(dates: 120, assets: 2)
    let dates = Array(0..<50) + Array(60..<110)
    #expect(throws: GeneratorError.tooShort(longest: 49, needed: 50, for: "'garch'")) {
      try Self.fit(TrainingMarket(panel, training: dates))
    }
  }
}
