/// Runs of days in one market that stand, return for return, in another.
public struct CopiedRuns: Sendable, Equatable {
  /// Days looked at: those with a return.
  public let days: Int
  /// Days in a run of at least the required length.
  public let copiedDays: Int
  /// Days of the longest such run; 0 without one.
  public let longest: Int

  /// `nil` without a single return.
  public var share: Double? { days > 0 ? Double(copiedDays) / Double(days) : nil }

  /// Finds the runs of `market` in the single path of `source`.
  ///
  /// A run keeps to one asset on either side; it begins on a day that moved by more than `tolerance`,
  /// and its returns are not all equal, so that suspended stocks do not count. Where several places
  /// of `source` fit, the longest run counts; the next may begin where it ended.
  /// Runs of `source` that begin fewer than `apart` dates from the run's own are passed over. Of more
  /// than about `limit` days of `market`, only some series are looked at.
  /// - Complexity: O((days + values) log values), where few returns are equal.
  init(
    of market: ReturnPaths, assets: [Int], in source: ReturnPaths, sourceAssets: [Int],
    minimum: Int, tolerance: Float, apart: Int = 0, limit: Int = 1_000_000
  ) {
    let known = SortedReturns(source, sourceAssets)
    let total = market.paths * assets.count
    let kept = min(total, max(1, limit / market.dates))
    var (days, copied, longest) = (0, 0, 0)
    market.returns.withUnsafeBufferPointer { returns in
      for place in evenlySpread(kept, of: total) {
        let asset = assets[place % assets.count]
        let from = (place / assets.count * market.assets + asset) * market.dates
        let series = UnsafeBufferPointer(rebasing: returns[from..<from + market.dates])
        days += series.count { !$0.isNaN }
        var start = 0
        while start + minimum <= series.count {
          let run = known.longestRun(series, from: start, tolerance: tolerance, apart: apart)
          if run >= minimum {
            copied += run
            longest = max(longest, run)
            start += run
          } else {
            start += 1
          }
        }
      }
    }
    (self.days, copiedDays, self.longest) = (days, copied, longest)
  }
}

/// The returns of one path by size, to find where a given one occurs.
private struct SortedReturns {
  private let returns: [Float]
  private let dates: Int
  /// Places in `returns`, in increasing order of what is there, and that itself.
  private let places: [Int32]
  private let values: [Float]

  init(_ source: ReturnPaths, _ assets: [Int]) {
    let dates = source.dates
    var places: [Int32] = []
    for asset in assets {
      for place in asset * dates..<(asset + 1) * dates where !source.returns[place].isNaN {
        places.append(Int32(place))
      }
    }
    source.returns.withUnsafeBufferPointer { returns in
      places.sort { one, other in
        let (a, b) = (returns[Int(one)], returns[Int(other)])
        return a < b || (a == b && one < other)
      }
    }
    (returns, self.dates, self.places) = (source.returns, dates, places)
    values = places.map { source.returns[Int($0)] }
  }

  /// The longest run from `start` on that is found here and is not constant.
  func longestRun(
    _ series: UnsafeBufferPointer<Float>, from start: Int, tolerance: Float, apart: Int
  ) -> Int {
    let first = series[start]
    // NaN fails the comparison as well.
    guard abs(first) > tolerance else { return 0 }
    var place = lowerBound(first - tolerance)
    var best = 0
    returns.withUnsafeBufferPointer { returns in
      while place < values.count, values[place] <= first + tolerance {
        let found = Int(places[place])
        place += 1
        let date = found % dates
        if apart > 0, abs(date - start) < apart { continue }
        let room = min(series.count - start, dates - date)
        var (length, varies) = (1, false)
        while length < room {
          let value = series[start + length]
          guard abs(value - returns[found + length]) <= tolerance else { break }
          varies = varies || abs(value - first) > tolerance
          length += 1
        }
        if varies { best = max(best, length) }
      }
    }
    return best
  }

  private func lowerBound(_ value: Float) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
