import Foundation
import Market
import Testing

@testable import Metrics

@Suite struct MovingBlockBootstrapTests {
  @Test func blocksAreSuccessiveDatesOfTheCalendar() throws {
    let resamples = try MovingBlockBootstrap(blockLength: 4, resamples: 200)
      .draw(over: Array(100..<118), from: SeedStream(seed: 3))
    var starts = Set<Int>()
    for draw in resamples.draws {
      #expect(draw.places.count == 18)
      for first in stride(from: 0, to: 18, by: 4) {
        let block = draw.places[first..<min(first + 4, 18)]
        starts.insert(block[first])
        #expect(Array(block) == Array(block[first]..<block[first] + block.count))
      }
    }
    #expect(starts == Set(0...14), "every block that fits, and no other")
  }

  /// The variance of a resampled mean is known: that of the mean of one block, over their number.
  @Test func resampledMeanHasTheVarianceOfBlocks() throws {
    var stream = SeedStream(seed: 5)
    let series = (0..<60).map { _ in stream.normal() }
    let blocks = (0...55).map { start in series[start..<start + 5].reduce(0, +) / 5 }
    let expected = blocks.reduce(0, +) / 56
    let variance = blocks.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / 56 / 12
    let means = try MovingBlockBootstrap(blockLength: 5, resamples: 4000)
      .draw(over: Array(0..<60), from: SeedStream(seed: 6)).draws
      .map { draw in draw.places.reduce(0) { $0 + series[$1] } / 60 }
    let moments = Moments(of: means)
    #expect(abs(moments.mean - expected) < 4 * (variance / 4000).squareRoot())
    let deviation = try #require(moments.deviation)
    #expect(abs(deviation * deviation / variance - 1) < 0.1)
  }

  @Test func sameStreamSameInterval() throws {
    let replicates = [try scores(ic: noise(80, 0, 1)), try scores(ic: noise(80, 0, 2))]
    let bootstrap = try MovingBlockBootstrap(blockLength: 5, resamples: 100)
    func interval(_ seed: UInt64) -> Interval? {
      bootstrap.draw(over: Array(0..<80), from: SeedStream(seed: seed))
        .estimate(.ic, of: replicates).interval
    }
    #expect(interval(1) == interval(1))
    #expect(interval(1) != interval(2))
  }

  @Test func defaultBlockLengthGrowsWithTheCubeRootAndCoversTheReach() {
    let cases = [(1000, 2, 10), (1001, 2, 11), (27, 1, 3), (1259, 20, 20), (1, 1, 1), (0, 0, 1)]
    for (dates, reach, expected) in cases {
      #expect(
        MovingBlockBootstrap.defaultBlockLength(dates: dates, reach: reach) == expected)
    }
  }

  @Test func tooFewDatesGiveNoInterval() throws {
    let bootstrap = try MovingBlockBootstrap(blockLength: 5, resamples: 50)
    for dates in [0, 1, 9, 10] {
      let estimate = bootstrap.draw(over: Array(0..<dates), from: SeedStream(seed: 1))
        .estimate(.ic, of: [try scores(ic: noise(dates, 0, 1))])
      #expect((estimate.interval != nil) == (dates == 10))
      #expect((estimate.mean != nil) == (dates > 0))
    }
  }

  @Test func impossibleParametersAreNamed() {
    #expect(throws: SpecError.self) { try MovingBlockBootstrap(blockLength: 0) }
    #expect(throws: SpecError.self) { try MovingBlockBootstrap(blockLength: 1, resamples: 0) }
    for confidence in [0, 1, .nan] {
      #expect(throws: SpecError.self) {
        try MovingBlockBootstrap(blockLength: 1, confidence: confidence)
      }
    }
  }

  /// How often a nominal 95 % interval of the mean covers 0, over series of 200 dates.
  func coverage(persistence: Double, blockLength: Int, series: Int) throws -> Double {
    let bootstrap = try MovingBlockBootstrap(blockLength: blockLength, resamples: 150)
    let calendar = Array(0..<200)
    let covered = try (0..<series).count { trial in
      let resamples = bootstrap.draw(over: calendar, from: SeedStream(seed: UInt64(trial)))
      let estimate = resamples.estimate(
        .ic, of: [try scores(ic: noise(200, persistence, 1000 + UInt64(trial)))])
      return try #require(estimate.interval).contains(0)
    }
    return Double(covered) / Double(series)
  }

  @Test(arguments: [0, 0.3]) func coversAsOftenAsItSays(persistence: Double) throws {
    let length = MovingBlockBootstrap.defaultBlockLength(dates: 200, reach: 2)
    let coverage = try coverage(persistence: persistence, blockLength: length, series: 250)
    #expect((0.90...0.98).contains(coverage))
  }

  /// True deviation is twice what single dates show: 95 % shrinks to about two thirds.
  @Test func singleDatesWouldPromiseTooMuch() throws {
    #expect(try coverage(persistence: 0.6, blockLength: 1, series: 100) < 0.8)
    #expect(try coverage(persistence: 0.6, blockLength: 20, series: 100) > 0.85)
  }
}

/// An autoregression of order one around 0: x(t) = φ·x(t − 1) + ε(t), begun in its steady state.
func noise(_ count: Int, _ persistence: Double, _ seed: UInt64) -> [Double] {
  var stream = SeedStream(seed: seed)
  var value = stream.normal() / (1 - persistence * persistence).squareRoot()
  return (0..<count).map { _ in
    value = persistence * value + stream.normal()
    return value
  }
}
