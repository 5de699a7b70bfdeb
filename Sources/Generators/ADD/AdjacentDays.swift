import Market

/// The pairs of neighbouring dates among rows: one gives the excess feature, the other the market's.
///
/// Neighbours are consecutive in the calendar, so that no pair spans the hole left by a test block.
struct AdjacentDays {
  /// Rows of the two dates, as ranges of positions.
  struct Pair: Equatable {
    let excess: Range<Int>
    let market: Range<Int>
  }

  /// For each date that has a neighbour, in the order of time, its pairs with those.
  let pairs: [[Pair]]
  /// Dates of the longest run.
  private let longest: Int

  init(_ samples: Samples) {
    let ranges = samples.dateRanges
    let dates = ranges.map { Int(samples.keys[$0.lowerBound].date) }
    pairs = ranges.indices.compactMap { index in
      let neighbours = [index - 1, index + 1].filter {
        ranges.indices.contains($0) && abs(dates[$0] - dates[index]) == 1
      }
      return neighbours.isEmpty
        ? nil : neighbours.map { Pair(excess: ranges[index], market: ranges[$0]) }
    }
    var (run, longest) = (0, 0)
    for index in dates.indices {
      run = index > 0 && dates[index] == dates[index - 1] + 1 ? run + 1 : 1
      longest = max(longest, run)
    }
    self.longest = longest
  }

  /// - Throws: `GeneratorError.tooShort` where there is none.
  func requirePairs() throws(GeneratorError) {
    guard pairs.isEmpty else { return }
    throw .tooShort(longest: longest, needed: 2, for: "generator '\(ADD.id)'")
  }

  /// So many, or one a date for 0, in the order of time; the seeds say which.
  func chosen(_ count: Int, using seeds: SeedTree) -> [Pair] {
    var stream = seeds.stream("pairs")
    guard count > 0 else {
      return pairs.map { $0[min($0.count - 1, Int(stream.uniform() * Double($0.count)))] }
    }
    return pairs.flatMap { $0 }.shuffled(using: &stream).prefix(count).sorted {
      ($0.excess.lowerBound, $0.market.lowerBound) < ($1.excess.lowerBound, $1.market.lowerBound)
    }
  }
}
