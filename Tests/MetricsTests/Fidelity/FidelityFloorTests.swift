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
      market, paths: 2, dates: 60, seeds: SeedTree(root: 1))
    #expect(paths.dates == 60)
    for path in 0..<2 {
      let first = Array(paths.series(path: path, asset: 0))
      let third = Array(paths.series(path: path, asset: 2))
      #expect(third == first.map { $0 + 2 })
      let volumes = try #require(paths.volumes(path: path, asset: 1))
      #expect(Array(volumes) == first.map { $0 + 1.5 })
    }
    #expect(paths.series(path: 0, asset: 0) != paths.series(path: 1, asset: 0))
  }

  /// Of independent returns each autocorrelation has the variance 1/n; the generator's mean over m paths of d
  /// dates adds 1/(m d).
  @Test(arguments: [(1, 600), (2, 1200), (10, 1200), (500, 4000)])
  func floorOfIndependentReturnsIsTheSamplingErrorOfBothSides(_ paths: Int, _ dates: Int) throws {
    var stream = SeedStream(seed: 21)
    let real = try ReturnPaths([(0..<1200).map { _ in Float(stream.normal()) }])
    var settings = quickSettings(lags: 40, replicates: 10)
    (settings.horizons, settings.riskLevels) = ([1], [])
    let plan = MarketSummary.Plan(
      settings: settings, lags: 40, isMatched: true, crossSectionAssets: 1)
    let floors = FidelityFloors(
      real, paths: paths, dates: dates, plan: plan,
      bootstrap: StationaryBootstrap(meanBlockLength: 120), seeds: SeedTree(root: 5))
    let metric = FidelityMetric.autocorrelation(.raw, lags: 40)
    guard case .markets(let score) = metric.score else { return }
    let draws = floors.draws(of: score)
    #expect(draws.count == 10)
    let mean = draws.reduce(0, +) / 10
    let expected = (1 / 1200.0 + 1 / Double(paths * dates)).squareRoot()
    expectClose(mean, expected, relative: 0.15)
  }

  /// One path half as long as the market, of the very same law: most rows must not call it a defect.
  ///
  /// Floors of longer
  /// paths would let 40 of the 144 pass; all rows share one history, so that not nine of ten can be asked for.
  @Test func aPerfectGeneratorWithOneShortPathStaysWithin() throws {
    let real = try ReturnPaths([clusteredReturns(1200, seed: 3)])
    var (inside, all) = (0, 0)
    for seed in 0..<4 {
      let made = try ReturnPaths([clusteredReturns(600, seed: UInt64(100 + seed))])
      let report = try FidelityReport(
        real: real, synthetic: made, settings: quickSettings(lags: 40, replicates: 20),
        seeds: SeedTree(root: 2))
      for row in report.rows {
        guard let value = row.value, let range = row.floorRange, row.better == .lower else {
          continue
        }
        all += 1
        if value <= range.high { inside += 1 }
      }
    }
    #expect(Double(inside) >= 0.65 * Double(all), "\(inside) of \(all)")
  }
}
