import Market
import Testing

@testable import Metrics

/// The resamples behind the floors, and a floor that theory gives.
@Suite struct FidelityFloorTests {
  @Test func blocksAreAsLongAsAskedAndRunOnACircle() {
    let bootstrap = StationaryBootstrap(meanBlockLength: 25)
    var stream = SeedTree(root: 3).stream("blocks")
    let places = bootstrap.positions(20_000, of: 500, from: &stream)
    let isInside = places.allSatisfy { (0..<500).contains($0) }
    #expect(isInside)
    // A new block may by chance begin where the old one would have gone on: 1 in 500.
    let breaks = zip(places, places.dropFirst()).count { ($0 + 1) % 500 != $1 }
    // 800 expected; standard deviation √(20,000 · 0.04 · 0.96) = 28.
    #expect(abs(breaks - 798) < 112)
    let wraps = zip(places, places.dropFirst()).contains { $0 == 499 && $1 == 0 }
    #expect(wraps)
  }

  @Test func assetsTakeTheSameDates() throws {
    // The value says date and asset; log volumes are the same plus a half.
    var values: [Float] = []
    for date in 0..<40 {
      for asset in 0..<3 { values.append(Float(date * 10 + asset)) }
    }
    let market = try ReturnPaths(
      paths: 1, dates: 40, assets: 3, returns: values, logVolumes: values.map { $0 + 0.5 })
    let paths = StationaryBootstrap(meanBlockLength: 5).resample(
      market, paths: 2, seeds: SeedTree(root: 1))
    for path in 0..<2 {
      let first = Array(paths.series(path: path, asset: 0))
      let third = Array(paths.series(path: path, asset: 2))
      #expect(third == first.map { $0 + 2 })
      let volumes = try #require(paths.volumes(path: path, asset: 1))
      #expect(Array(volumes) == first.map { $0 + 1.5 })
    }
    #expect(paths.series(path: 0, asset: 0) != paths.series(path: 1, asset: 0))
  }

  /// Of independent returns each autocorrelation has the variance 1/n; the generator's mean over m
  /// paths adds 1/(n m).
  @Test func floorOfIndependentReturnsIsTheSamplingError() throws {
    var stream = SeedStream(seed: 21)
    let real = try ReturnPaths([(0..<1200).map { _ in Float(stream.normal()) }])
    var settings = quickSettings(lags: 40, replicates: 10)
    (settings.horizons, settings.riskLevels) = ([1], [])
    let plan = MarketSummary.Plan(
      settings: settings, lags: 40, isMatched: true, crossSectionAssets: 1)
    let floors = FidelityFloors(
      real, plan: plan, bootstrap: StationaryBootstrap(meanBlockLength: 120),
      seeds: SeedTree(root: 5))
    let metric = FidelityMetric.autocorrelation(.raw, lags: 40)
    guard case .markets(let score) = metric.score else { return }
    let draws = floors.draws(of: score)
    #expect(draws.count == 10)
    let mean = draws.reduce(0, +) / 10
    expectClose(mean, (1.1 / 1200).squareRoot(), relative: 0.2)
  }
}
