import Foundation
import Market
import Testing

@testable import Datasets

/// Windows against the same statistic computed afresh from each window's values.
@Suite struct SlidingWindowTests {
  /// Trending, spiky, standing still and interrupted by turns.
  static func series(_ seed: UInt64, count: Int = 200) -> [Double] {
    var random = SeedTree(root: seed).stream("series")
    var level = 100.0
    return (0..<count).map { position in
      if position % 50 < 38 || position % 100 > 90 { level *= exp(0.02 * random.normal()) }
      let spike = random.uniform() < 0.02 ? 1e6 : 1
      let isMissing = random.uniform() < 0.1 || (60..<72).contains(position) || position < 3
      return isMissing ? .nan : level * spike
    }
  }

  static func window(_ series: [Double], _ position: Int, _ length: Int) -> ArraySlice<Double> {
    series[max(0, position - length + 1)...position]
  }

  @Test(arguments: [1, 2, 5, 10, 60, 300], [1, 2, 3] as [UInt64])
  func moments(length: Int, seed: UInt64) {
    let series = Self.series(seed)
    let rolling = RollingMoments(of: series, window: length)
    for position in series.indices {
      let known = Self.window(series, position, length).filter { !$0.isNaN }
      let mean = known.reduce(0, +) / Double(known.count)
      let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = known.count > 1 ? (squares / Double(known.count - 1)).squareRoot() : .nan
      #expect(agree(rolling.mean[position], mean))
      #expect(agree(rolling.deviation[position], deviation))
    }
  }

  @Test(arguments: [2, 5, 20, 60], [4, 5] as [UInt64])
  func trend(length: Int, seed: UInt64) {
    let series = Self.series(seed)
    let rolling = RollingTrend(of: series, window: length)
    for position in series.indices {
      let pairs = Self.window(series, position, length).indices
        .map { (x: Double($0), y: series[$0]) }.filter { !$0.y.isNaN }
      let moments = secondMoments(pairs)
      let slope = moments.xy / moments.xx
      let residual = series[position] - moments.y - slope * (Double(position) - moments.x)
      let isFlat = moments.yy <= 4e-10 * Double(pairs.count - 1)
      let rSquared = isFlat ? .nan : moments.xy * moments.xy / (moments.xx * moments.yy)
      #expect(agree(rolling.residual[position], pairs.count > 1 ? residual : .nan, floor: 1e-6))
      #expect(agree(rolling.rSquared[position], pairs.count > 1 ? rSquared : .nan, floor: 1e-9))
    }
  }

  @Test(arguments: [2, 5, 20, 60], [6, 7] as [UInt64])
  func correlation(length: Int, seed: UInt64) {
    let (x, y) = (Self.series(seed), Self.series(seed + 10))
    let rolling = rollingCorrelation(x, y, window: length)
    for position in x.indices {
      let pairs = Self.window(x, position, length).indices
        .map { (x: x[$0], y: y[$0]) }.filter { !$0.x.isNaN && !$0.y.isNaN }
      let moments = secondMoments(pairs)
      let isFlat = [x, y].contains { series in
        let known = Self.window(series, position, length).filter { !$0.isNaN }
        let own = secondMoments(known.map { ($0, $0) })
        return known.count > 1 && own.xx <= 4e-10 * Double(known.count - 1)
      }
      let isDefined = pairs.count > 1 && !isFlat && moments.xx > 0 && moments.yy > 0
      let expected = isDefined ? moments.xy / (moments.xx * moments.yy).squareRoot() : .nan
      #expect(agree(rolling[position], expected, floor: 1e-9))
    }
  }

  /// A sum from which values are subtracted again never finds back to 0; this one was never spoilt.
  @Test func spikeLeavesNoTrace() {
    let rolling = RollingMoments(of: [1e15] + Array(repeating: 0.1, count: 20), window: 5)
    #expect(rolling.deviation[4] > 1e14)
    #expect(rolling.deviation[5...].allSatisfy { $0 == 0 })
    #expect(rolling.mean[5...].allSatisfy { $0 == 0.1 })
  }

  /// Two series that move together by the clock: the line through (1, 2, 4) by hand.
  @Test func handWorked() {
    let trend = RollingTrend(of: [1, 2, 4], window: 3)
    // Slope 1.5, mean 7/3: the line ends at 7/3 + 1.5; r² = 3² / (2 · 14/3).
    #expect(agree(trend.residual[2], 4 - 7.0 / 3 - 1.5))
    #expect(agree(trend.rSquared[2], 27.0 / 28))
    let correlation = rollingCorrelation([1, 2, 3, 9], [2, 1, 3, .nan], window: 3)
    #expect(correlation[0].isNaN)
    #expect(agree(correlation[1], -1))
    #expect(agree(correlation[2], 0.5))
    #expect(agree(correlation[3], 1))
  }

  private func agree(_ a: Double, _ b: Double, floor: Double = 1e-12) -> Bool {
    (a.isNaN && b.isNaN) || abs(a - b) <= max(floor, 1e-9 * abs(b))
  }

  private func secondMoments(
    _ pairs: [(x: Double, y: Double)]
  ) -> (x: Double, y: Double, xx: Double, yy: Double, xy: Double) {
    let count = Double(pairs.count)
    let x = pairs.reduce(0) { $0 + $1.x } / count
    let y = pairs.reduce(0) { $0 + $1.y } / count
    return pairs.reduce((x, y, 0, 0, 0)) { sums, pair in
      let (dx, dy) = (pair.x - x, pair.y - y)
      return (x, y, sums.2 + dx * dx, sums.3 + dy * dy, sums.4 + dx * dy)
    }
  }
}
