import Foundation
import Market
import TestSupport
import Testing

@testable import Metrics

/// Tables small enough to be worked by hand.
@Suite struct FidelityTableTests {
  @Test func wassersteinIsTheAreaBetweenQuantiles() {
    // Quantiles of {0, 1} and {0, 0, 3}: |0 − 0| on [0, ½), |1 − 0| on [½, ⅔), |1 − 3| on [⅔, 1).
    let distance = wassersteinDistance(SortedSample([1, 0]), SortedSample([0, 3, 0]))
    expectClose(distance, 1.0 / 6 + 2.0 / 3)
    #expect(wassersteinDistance(SortedSample([]), SortedSample([1])) == nil)
  }

  @Test func sumsOverlapAndSkipGaps() {
    #expect(aggregated([1, 2, 3, 4], over: 2) == [3, 5, 7])
    #expect(aggregated([1, .nan, 3, 4, 5], over: 2) == [7, 9])
    #expect(aggregated([1, .nan, 3], over: 1) == [1, 3])
    #expect(aggregated([1, 2], over: 3) == [])
  }

  @Test func divergenceCountsAnEmptyBinAsHalfAValue() {
    // 40 real values make two bins, split at 20; all four synthetic values are in the upper one.
    let real = SortedSample((0..<40).map(Float.init))
    let synthetic = SortedSample([20, 25, 30, 99])
    expectClose(equalMassDivergence(real: real, synthetic: synthetic), log(4) + log(2))
  }

  @Test func tailIndexOfAKnownTail() {
    // k = 10 of 200: ten gains at e, all others at 1 at most: Σ ln(e/1)/10 = 1, so α = 1.
    let gains = [Float](repeating: Float(M_E), count: 10) + [1] + [Float](repeating: 0, count: 189)
    expectClose(tailIndex(SortedSample(gains), .gains), 1, relative: 1e-6)
    #expect(tailIndex(SortedSample(gains), .losses) == nil)
    #expect(tailIndex(SortedSample(Array(repeating: 1, count: 199)), .gains) == nil)
  }

  @Test func kupiecOfSixViolationsIn250Days() throws {
    // Kupiec's own table is read at the 5 % point 3.84: with 250 days at 1 %, 6 pass and 7 do not.
    func ratio(_ hits: Int) throws -> Double {
      try #require(CoverageTest((0..<250).map { $0 < hits }, level: 0.01)).unconditional
    }
    #expect(try ratio(6) < 3.841)
    #expect(try ratio(7) > 3.841)
    // Without a violation: −2 · 250 · ln 0.99.
    expectClose(try ratio(0), -500 * log(0.99))
  }

  @Test func aGapPartsTheDaysAroundIt() throws {
    // Pairs: 0→1, 1→0 | 0→0: π01 = ½, π11 = 0, overall ⅓.
    let test = try #require(CoverageTest([false, true, false, nil, false, false], level: 0.1))
    #expect((test.days, test.violations) == (5, 1))
    let apart = 2 * log(0.5)
    let together = 2 * log(2.0 / 3) + log(1.0 / 3)
    expectClose(test.independence, 2 * (apart - together))
    #expect(CoverageTest([nil, nil], level: 0.1) == nil)
    #expect(CoverageTest([true, nil, false], level: 0.1)?.independence == nil)
  }

  @Test func eigenvaluesOfSmallMatrices() throws {
    #expect(symmetricEigenvalues([], order: 0) == [])
    #expect(symmetricEigenvalues([7], order: 1) == [7])
    let two = try #require(symmetricEigenvalues([2, 1, 1, 2], order: 2))
    expectClose(two[0], 3)
    expectClose(two[1], 1)
    #expect(symmetricEigenvalues([1, 0, 0, 0, 1, 0, 0, 0, 1], order: 3) == [1, 1, 1])
    #expect(symmetricEigenvalues([1, .nan, .nan, 1], order: 2) == nil)
  }

  @Test func copiedRunsAreCounted() throws {
    let source: [Float] = [0.01, -0.02, 0.03, 0, 0, 0, 0.04, 0.05, -0.06, 0.07]
    // Three days copied within the tolerance, a stranger, four copied days, and idle days.
    let copy: [Float] = [-0.020001, 0.03, 0, 0.5, 0.04, 0.05, -0.06, 0.07, 0, 0, 0, 0, .nan]
    let runs = CopiedRuns(
      of: try ReturnPaths([copy]), assets: [0], in: try ReturnPaths([source]), sourceAssets: [0],
      minimum: 3, tolerance: 1e-5)
    #expect((runs.days, runs.copiedDays, runs.longest) == (12, 7, 4))
  }

  @Test func seriesAreKeptBySeriesAndSampledEvenly() throws {
    // Two paths, three dates, four assets; the value says where it belongs.
    var values: [Float] = []
    for path in 0..<2 {
      for date in 0..<3 {
        for asset in 0..<4 { values.append(Float(path * 100 + date * 10 + asset)) }
      }
    }
    let market = try ReturnPaths(
      paths: 2, dates: 3, assets: 4, names: ["a", "b", "c", "d"], returns: values)
    #expect(Array(market.series(path: 1, asset: 2)) == [102, 112, 122])
    let part = market.sampled(paths: 1, assets: 2)
    #expect(part.names == ["a", "c"])
    #expect(Array(part.series(path: 0, asset: 1)) == [2, 12, 22])
    #expect(!part.hasSameAssets(as: market))
  }

  @Test func wrongShapesAreNamed() {
    #expect(throws: FidelityError.size(what: "returns", expected: 6, got: 5)) {
      try ReturnPaths(paths: 1, dates: 3, assets: 2, returns: [0, 0, 0, 0, 0])
    }
    #expect(throws: FidelityError.infinite(what: "returns", path: 0, date: 1, asset: 1)) {
      try ReturnPaths(paths: 1, dates: 2, assets: 2, returns: [0, 0, 0, .infinity])
    }
    #expect(throws: FidelityError.empty) { try ReturnPaths([[Float]]()) }
    #expect(throws: FidelityError.size(what: "a path", expected: 2, got: 1)) {
      try ReturnPaths([[0, 0], [0]])
    }
  }

  @Test func panelsBecomeReturns() throws {
    let panel = try Panel(
      calendar: weekdays(3), universe: Universe(["x", "y"]), fields: ["close", "volume"],
      values: [100, 10, 50, 20, 110, 0, .nan, .nan, 121, 30, 60, 5])
    let market = try ReturnPaths([panel, panel])
    #expect((market.paths, market.dates, market.assets) == (2, 2, 2))
    expectClose(Double(market.series(path: 1, asset: 0)[4]), log(1.1), relative: 1e-6)
    let unknown = market.series(path: 0, asset: 1).filter { !$0.isNaN }
    #expect(unknown.isEmpty)
    let volumes = try #require(market.volumes(path: 0, asset: 0))
    #expect(volumes[0].isNaN)
    expectClose(Double(volumes[1]), log(30), relative: 1e-6)
  }
}
