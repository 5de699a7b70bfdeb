import Foundation
import Testing

@testable import Datasets

/// Maxima, quantiles, ranks and counts against each window's values looked at afresh.
@Suite struct RollingOrderTests {
  /// Few distinct values, so that ties are common; now and then none.
  static func series(_ seed: UInt64) -> [Float] {
    SlidingWindowTests.series(seed).enumerated().map { index, value in
      Float(index % 70 < 35 ? value.rounded() : value)
    }
  }

  static func window(_ series: [Float], _ position: Int, _ length: Int) -> [Float] {
    SlidingWindowTests.window(series.map(Double.init), position, length).map { Float($0) }
  }

  @Test(arguments: [1, 2, 5, 10, 60, 300], [1, 2, 3] as [UInt64])
  func maximum(length: Int, seed: UInt64) {
    let series = Self.series(seed)
    for start in [0, 7] {
      let rolling = RollingMaximum(of: series, from: start, window: length)
      for position in series.indices {
        let values = position < start ? [] : series[max(start, position - length + 1)...position]
        let known = values.filter { !$0.isNaN }
        let place = values.firstIndex(where: \.isNaN) ?? values.firstIndex { $0 == known.max() }
        let expected = known.isEmpty ? nil : place.map { Float($0 - values.startIndex + 1) }
        #expect(agree(rolling.value[position], known.max() ?? .nan))
        #expect(agree(rolling.position[position], expected ?? .nan))
      }
    }
  }

  @Test(arguments: [1, 2, 5, 10, 60, 300], [4, 5] as [UInt64])
  func order(length: Int, seed: UInt64) {
    let series = Self.series(seed)
    let rolling = RollingOrder(of: series, window: length, lower: 0.2, upper: 0.75)
    for position in series.indices {
      let sorted = Self.window(series, position, length).filter { !$0.isNaN }.sorted()
      #expect(agree(rolling.lower[position], quantile(0.2, of: sorted)))
      #expect(agree(rolling.upper[position], quantile(0.75, of: sorted)))
      let latest = series[position]
      let (below, equal) = (sorted.count { $0 < latest }, sorted.count { $0 == latest })
      let rank = (Double(below) + Double(equal + 1) / 2) / Double(sorted.count)
      #expect(agree(rolling.rank[position], latest.isNaN ? .nan : rank))
    }
  }

  @Test(arguments: [1, 2, 5, 60, 300], [6, 7] as [UInt64])
  func changes(length: Int, seed: UInt64) {
    let series = SlidingWindowTests.series(seed)
    let changes = series.indices.map { $0 == 0 ? .nan : series[$0] - series[$0 - 1] }
    let rolling = RollingChanges(of: changes, window: length)
    let start = 3
    let signs = RollingSigns(of: changes, from: start, window: length)
    for position in changes.indices {
      let known = SlidingWindowTests.window(changes, position, length).filter { !$0.isNaN }
      let up = known.reduce(0) { $0 + max($1, 0) }
      let down = known.reduce(0) { $0 - min($1, 0) }
      let total = known.isEmpty ? .nan : up + down + 1e-12
      #expect(agree(Double(rolling.up[position]), up / total, within: 1e-6))
      #expect(agree(Double(rolling.down[position]), down / total, within: 1e-6))
      #expect(agree(Double(rolling.difference[position]), (up - down) / total, within: 1e-6))
      guard position >= start else {
        #expect(signs.positive[position].isNaN && signs.negative[position].isNaN)
        continue
      }
      let all = changes[max(start, position - length + 1)...position]
      #expect(signs.positive[position] == Double(all.count { $0 > 0 }) / Double(all.count))
      #expect(signs.negative[position] == Double(all.count { $0 < 0 }) / Double(all.count))
    }
  }

  /// Worked by hand: 4, none, 1, 4, 3 in a window of three.
  @Test func handWorked() {
    let series: [Float] = [4, .nan, 1, 4, 3]
    let maximum = RollingMaximum(of: series, from: 0, window: 3)
    #expect(maximum.value == [4, 4, 4, 4, 4])
    // The missing value is the second, then the first of its window; then it is gone.
    #expect(maximum.position == [1, 2, 2, 1, 2])
    let order = RollingOrder(of: series, window: 3, lower: 0, upper: 0.5)
    #expect(order.lower == [4, 4, 1, 1, 1])
    #expect(order.upper == [4, 4, 2.5, 2.5, 3])
    #expect(agree(order.rank[1], .nan))
    #expect(agree(order.rank[4], 2.0 / 3))
    let changes = RollingChanges(of: [.nan, 2, -1, 0, 0, 0], window: 3)
    #expect(agree(Double(changes.difference[2]), 1.0 / 3, within: 1e-6))
    #expect(changes.up[5] == 0 && changes.down[5] == 0 && changes.up[0].isNaN)
  }

  private func quantile(_ level: Double, of sorted: [Float]) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = level * Double(sorted.count - 1)
    let low = Double(sorted[Int(place)])
    let high = Int(place) + 1 < sorted.count ? Double(sorted[Int(place) + 1]) : Double(last)
    return low + (high - low) * (place - place.rounded(.down))
  }

  private func agree(_ a: Float, _ b: Float) -> Bool { (a.isNaN && b.isNaN) || a == b }

  private func agree(_ a: Double, _ b: Double, within tolerance: Double = 1e-12) -> Bool {
    (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * max(1, abs(b))
  }
}
