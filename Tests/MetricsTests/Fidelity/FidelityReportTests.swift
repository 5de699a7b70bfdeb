import Foundation
import Market
import Testing

@testable import Metrics

/// What every report owes, and what a reader may conclude from it.
@Suite struct FidelityReportTests {
  let seeds = SeedTree(root: 11)

  func report(
    real: [Float], synthetic: [[Float]], training: [Float]? = nil, heldOut: [Float]? = nil,
    settings: FidelitySettings = quickSettings()
  ) throws -> FidelityReport {
    try FidelityReport(
      real: ReturnPaths([real]), synthetic: ReturnPaths(synthetic),
      training: training.map { try ReturnPaths([$0]) },
      heldOut: heldOut.map { try ReturnPaths([$0]) }, settings: settings, seeds: seeds)
  }

  @Test func identicalMarketsScoreZero() throws {
    let real = try factorMarket(paths: 1, dates: 300, assets: 4, seed: 3)
    let report = try FidelityReport(
      real: real, synthetic: real, settings: quickSettings(lags: 20, replicates: 2), seeds: seeds)
    #expect(report.isMatched)
    for row in report.rows where row.group != .risk && row.group != .memorisation {
      // Chance has a spread of its own where each window is there twice.
      if row.group == .detection { continue }
      #expect(row.value == 0, "\(row.metric)")
    }
    #expect(report["var_5"]?.value == 0)
    #expect(report["longest_copy"]?.value == 300)
    #expect(report["copied_share"]?.value == 1)
    #expect(try #require(report["nearest_window_ratio"]?.value) < 0.01)
  }

  @Test func shufflingIsSeenInTimeAlone() throws {
    let real = clusteredReturns(1500, seed: 5)
    let fake = (0..<4).map { shuffled(real, seed: UInt64($0)) }
    let report = try report(real: real, synthetic: fake)
    #expect(try #require(report["wasserstein_sigma", 1]?.value) < 1e-6)
    #expect(try #require(report["skewness"]?.value) < 1e-4)
    let acf = try #require(report["acf_absolute"])
    let (value, range) = (try #require(acf.value), try #require(acf.floorRange))
    #expect(value > 1.5 * range.high)
    // Shuffled windows are not near any real one.
    #expect(try #require(report["copied_share"]?.value) == 0)
  }

  @Test func aPerfectGeneratorScoresAboutTheFloor() throws {
    let real = clusteredReturns(900, seed: 5)
    let fresh = (0..<6).map { clusteredReturns(900, seed: 100 + UInt64($0)) }
    let report = try report(real: real, synthetic: fresh)
    for (metric, horizon) in [
      ("wasserstein_sigma", 1), ("wasserstein_sigma", 5), ("acf_absolute", 40), ("acf_raw", 40),
      ("leverage_l2", 40), ("dragulescu_yakovenko", 1),
    ] {
      let row = try #require(report[metric, horizon])
      #expect(try #require(row.value) < 3 * #require(row.floor), "\(metric) \(horizon)")
    }
    let found = report.classifier
    let classifier = try #require(found)
    #expect(classifier.interval.contains(0.5))
    let ratio = try #require(report["nearest_window_ratio"]?.value)
    #expect(abs(ratio - 1) < 0.05)
    #expect(try #require(report["suspiciously_near"]?.value) < 0.06)
    #expect(report["copied_share"]?.value == 0)
  }

  @Test func aBlockBootstrapIsCaught() throws {
    let real = clusteredReturns(900, seed: 5)
    let market = try ReturnPaths([real])
    let copies = StationaryBootstrap(meanBlockLength: 100).resample(
      market, paths: 4, dates: 900, seeds: seeds)
    let report = try FidelityReport(
      real: market, synthetic: copies, settings: quickSettings(), seeds: seeds)
    #expect(try #require(report["copied_share"]?.value) > 0.9)
    #expect(try #require(report["longest_copy"]?.value) > 100)
    #expect(try #require(report["nearest_window_ratio"]?.value) < 0.1)
    #expect(try #require(report["suspiciously_near"]?.value) > 0.7)
    #expect(report["copied_share"]?.floor == 0)
  }

  /// Held-out data judge memorisation even where the whole report is about other dates.
  @Test func heldOutDataAreTheYardstick() throws {
    let (training, held) = (clusteredReturns(600, seed: 1), clusteredReturns(300, seed: 2))
    let honest = try report(
      real: held, synthetic: [clusteredReturns(400, seed: 9)], training: training, heldOut: held)
    #expect(honest.memorisationReference == .heldOut)
    #expect(abs(try #require(honest["nearest_window_ratio"]?.value) - 1) < 0.05)
    let copied = try report(
      real: held, synthetic: [Array(training[100..<500])], training: training, heldOut: held)
    #expect(copied["copied_share"]?.value == 1)
  }

  /// Else any generator would look as if it kept away from what it was trained on.
  @Test func withoutHeldOutDataNoWindowIsItsOwnNeighbour() throws {
    let training = clusteredReturns(600, seed: 1)
    let honest = try report(
      real: training, synthetic: [clusteredReturns(400, seed: 9)], training: training)
    #expect(honest.memorisationReference == .leaveOneOut)
    #expect(abs(try #require(honest["nearest_window_ratio"]?.value) - 1) < 0.05)
  }

  @Test func tooMuchRiskFailsKupiec() throws {
    let real = clusteredReturns(900, seed: 5)
    let report = try report(real: real, synthetic: [real.map { 0.5 * $0 }])
    #expect(try #require(report["kupiec_p_5"]?.value) < 1e-6)
    #expect(try #require(report["violations_5"]?.value) > 0.05)
    let row = try #require(report["var_5"])
    #expect(try #require(row.real) < #require(row.synthetic))
    let found = report.classifier
    let classifier = try #require(found)
    #expect(classifier.accuracy > 0.65)
  }

  @Test func panelsAreComparedAssetByAsset() throws {
    let names = (0..<6).map { "A\($0)" }
    let real = try factorMarket(paths: 1, dates: 300, assets: 6, seed: 1, names: names)
    let fresh = try factorMarket(paths: 3, dates: 260, assets: 6, seed: 2, names: names)
    let apart = try factorMarket(
      paths: 3, dates: 260, assets: 6, seed: 2, loading: 0, names: names)
    let settings = quickSettings(lags: 10, replicates: 3)
    func report(_ synthetic: ReturnPaths) throws -> FidelityReport {
      try FidelityReport(real: real, synthetic: synthetic, settings: settings, seeds: seeds)
    }
    let (good, bad) = (try report(fresh), try report(apart))
    for metric in ["correlation_error", "correlation_frobenius", "spectrum_l1", "first_eigenvalue"]
    {
      let (one, other) = (try #require(good[metric]?.value), try #require(bad[metric]?.value))
      #expect(other > 2 * one, "\(metric)")
    }
    #expect(try #require(good["volume_volatility"]?.value) < 0.1)
    #expect(try #require(good["volume_volatility"]?.real) > 0.3)
    #expect(good.curves.correlations?.assets == names)
    #expect(good.curves.spectrum?.real.count == 6)
  }

  @Test func otherUniversesArePooled() throws {
    let real = try factorMarket(paths: 1, dates: 300, assets: 6, seed: 1)
    let other = try factorMarket(paths: 2, dates: 260, assets: 9, seed: 2)
    let report = try FidelityReport(
      real: real, synthetic: other, settings: quickSettings(lags: 10, replicates: 2), seeds: seeds)
    #expect(!report.isMatched)
    #expect(report["correlation_error"]?.value == nil)
    #expect(report["correlation_distribution"]?.value != nil)
    #expect(report.curves.correlations?.synthetic == nil)
    #expect(try #require(report["wasserstein_sigma", 1]?.value) < 0.1)
    #expect(report["spectrum_l1"]?.value != nil)
  }

  @Test func sameSeedSameBytes() throws {
    let real = clusteredReturns(300, seed: 5)
    func json(_ seeds: SeedTree) throws -> Data {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(
        FidelityReport(
          real: ReturnPaths([real]), synthetic: ReturnPaths([clusteredReturns(300, seed: 6)]),
          settings: quickSettings(lags: 20, replicates: 2), seeds: seeds))
    }
    let first = try json(SeedTree(root: 1))
    let (again, other) = (try json(SeedTree(root: 1)), try json(SeedTree(root: 2)))
    #expect(first == again)
    #expect(first != other)
    let read = try JSONDecoder().decode(FidelityReport.self, from: first)
    #expect(read.rows.map(\.metric) == fidelityRegistry().entries.map(\.name))
  }

  /// Gaps, suspended assets, no volumes: rows may be undefined, never NaN, and nothing traps.
  @Test func awkwardMarketsAreSurvived() throws {
    let dates = 90
    var values: [Float] = []
    var stream = SeedStream(seed: 4)
    for date in 0..<dates {
      values.append(date < 50 ? .nan : Float(0.01 * stream.normal()))
      values.append(0)
      values.append(.nan)
      values.append(date % 7 == 0 ? .nan : Float(0.01 * stream.normal()))
    }
    let market = try ReturnPaths(paths: 1, dates: dates, assets: 4, returns: values)
    for other in [market, try ReturnPaths([[Float](repeating: .nan, count: 70)])] {
      for (real, synthetic) in [(market, other), (other, market)] {
        let report = try FidelityReport(
          real: real, synthetic: synthetic, settings: quickSettings(lags: 5, replicates: 2),
          seeds: seeds)
        #expect(report["volume_volatility"]?.value == nil)
        #expect(report.rows.allSatisfy { $0.value?.isFinite ?? true })
        _ = try JSONEncoder().encode(report)
      }
    }
  }

  @Test func unusableInputIsRefused() throws {
    let (short, long) = ([Float](repeating: 0, count: 20), clusteredReturns(100, seed: 1))
    #expect(
      throws: FidelityError.tooFewDates(what: "the real market", dates: 20, needed: 60)
    ) { try report(real: short, synthetic: [long]) }
    #expect(throws: FidelityError.severalRealPaths(what: "the real market", paths: 2)) {
      try FidelityReport(
        real: ReturnPaths([long, long]), synthetic: ReturnPaths([long]), seeds: seeds)
    }
    var settings = FidelitySettings()
    settings.horizons = [0]
    #expect(throws: SpecError.self) {
      try report(real: long, synthetic: [long], settings: settings)
    }
  }

  @Test func everyMetricSaysWhatItIs() {
    let registry = fidelityRegistry()
    #expect(registry.entries.allSatisfy { !$0.title.isEmpty && !$0.summary.isEmpty })
    #expect(Set(registry.entries.map(\.group)).count == 6)
  }
}
