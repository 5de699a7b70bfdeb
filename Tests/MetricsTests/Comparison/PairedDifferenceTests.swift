import Market
import Testing

@testable import Metrics

@Suite struct PairedDifferenceTests {
  func resamples(_ dates: Int, seed: UInt64 = 9) throws -> Resamples {
    try MovingBlockBootstrap(
      blockLength: MovingBlockBootstrap.defaultBlockLength(dates: dates, reach: 1), resamples: 199
    ).draw(over: Array(0..<dates), from: SeedStream(seed: seed))
  }

  @Test func numbersAreNumPys() throws {
    let golden = try ComparisonGolden.load().paired
    let difference = try #require(
      Resamples(places: golden.draws, dates: golden.candidate.count)
        .pairedDifference(of: series(golden.candidate), from: series(golden.baseline)))
    expectClose(difference.point, golden.point)
    expectClose(difference.interval?.low, golden.low)
    expectClose(difference.interval?.high, golden.high)
    expectClose(difference.standardError, golden.standardError)
    expectClose(difference.minimalDetectableEffect(), golden.detectable)
    expectClose(difference.pValue, golden.twoSided)
    #expect(golden.tolerances.count == 3)
    for (tolerance, expected) in zip(golden.tolerances, golden.worse) {
      expectClose(difference.pValue(worseByMoreThan: tolerance, better: .higherIsBetter), expected)
    }
  }

  @Test func worseMeansTheOtherWayForErrors() throws {
    let (a, b) = (noise(60, 0, 1), noise(60, 0, 2))
    let resamples = try resamples(60)
    let one = try #require(resamples.pairedDifference(of: a, from: b))
    let other = try #require(resamples.pairedDifference(of: b, from: a))
    expectClose(one.point, -other.point)
    #expect(
      one.pValue(worseByMoreThan: 0.1, better: .higherIsBetter)
        == other.pValue(worseByMoreThan: 0.1, better: .lowerIsBetter))
    #expect(one.pValue == other.pValue)
  }

  @Test func equalSeriesDifferInNothing() throws {
    let series = noise(60, 0, 1)
    let same = try #require(try resamples(60).pairedDifference(of: series, from: series))
    #expect(same.point == 0 && same.standardError == 0 && same.pValue == 1)
    #expect(same.pValue(worseByMoreThan: 0, better: .higherIsBetter) == 1)
    #expect(same.minimalDetectableEffect() == 0)
    let worse = try #require(
      try resamples(60).pairedDifference(of: series.map { $0 - 0.5 }, from: series))
    #expect(worse.pValue(worseByMoreThan: 0.25, better: .higherIsBetter) == 1.0 / 200)
    #expect(worse.pValue(worseByMoreThan: 0.75, better: .higherIsBetter) == 1)
  }

  @Test func tooLittleGivesNoTest() throws {
    let short = try #require(try resamples(3).pairedDifference(of: [1, 2, 4], from: [1, 1, 1]))
    expectClose(short.point, 4.0 / 3)
    #expect(short.interval == nil && short.standardError == nil && short.pValue == nil)
    #expect(short.pValue(worseByMoreThan: 0, better: .higherIsBetter) == nil)
    #expect(short.minimalDetectableEffect() == nil)
    #expect(
      try resamples(3).pairedDifference(of: [1, .nan, .infinity], from: [.nan, 1, 1]) == nil)
    #expect(try resamples(0).pairedDifference(of: [], from: []) == nil)
    let known = try #require(
      try resamples(60).pairedDifference(of: noise(60, 0, 1), from: noise(60, 0, 2)))
    #expect(known.minimalDetectableEffect(power: 1) == nil)
  }

  @Test func metricAndItsSeriesAgree() throws {
    let (a, b) = (noise(60, 0.2, 1), noise(60, 0.2, 2))
    let resamples = try resamples(60)
    let metric = resamples.pairedDifference(
      .ic, of: [try scores(ic: a)], from: [try scores(ic: b)])
    let byDate = try #require(resamples.pairedDifference(of: a, from: b))
    expectClose(metric?.point, byDate.point)
    expectClose(metric?.standardError, try #require(byDate.standardError))
    #expect(resamples.series(.ic, of: [try scores(ic: a)]) == a)
    let two = resamples.series(.ic, of: [try scores(ic: a), try scores(ic: [3], dates: [5])])
    expectClose(two[5], (a[5] + 3) / 2)
    #expect(two[6] == a[6])
  }

  /// A 5 % test raises about 5 % of false alarms, and finds what it says it can in about 80 %.
  @Test func alarmsComeAsOftenAsTheyShould() throws {
    var (alarms, finds) = (0, 0)
    let resamples = try resamples(100)
    for trial in 0..<300 {
      let (a, b) = (noise(100, 0, 2 * UInt64(trial)), noise(100, 0, 2 * UInt64(trial) + 1))
      let equal = try #require(resamples.pairedDifference(of: a, from: b))
      if try #require(equal.pValue(below: 0)) <= 0.05 { alarms += 1 }
      // The detectable effect of two independent series of deviation 1.
      let effect = 2.486 * 2.0.squareRoot() / 10
      let worse = try #require(resamples.pairedDifference(of: a.map { $0 - effect }, from: b))
      if try #require(worse.pValue(below: 0)) <= 0.05 { finds += 1 }
    }
    #expect((7...26).contains(alarms), "\(alarms)")
    #expect((216...264).contains(finds), "\(finds)")
  }
}
