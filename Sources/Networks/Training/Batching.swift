import Market

/// How an epoch's rows are dealt into batches.
public enum Batching: Sendable, Equatable {
  /// Shuffled rows, about this many at a time.
  case rows(Int)
  /// Shuffled dates, about this many whole cross-sections at a time.
  case dates(Int)

  /// Most rows of an epoch (but always a batch): of a larger market, each epoch draws that many anew.
  ///
  /// Patience is counted in epochs. Where one would be half a million rows, a network is past its best within
  /// the first, and pays for several more to find out.
  public static let epochRows = 50_000

  /// Row positions of one epoch: every row once, or as many of them as an epoch has at most.
  ///
  /// Batches are of equal size but for one row or date, so that none is left with a single row,
  /// which batch normalisation could not use and whose gradient would be noise.
  func deal(
    _ samples: Samples, atMost most: Int = Self.epochRows, using stream: inout SeedStream
  ) -> [[Int]] {
    let batches =
      switch self {
      case .rows(let size):
        Self.split(Array(0..<samples.count).shuffled(using: &stream), about: size)
      case .dates(let size):
        Self.split(samples.dateRanges.shuffled(using: &stream), about: size).map {
          $0.flatMap { Array($0) }
        }
      }
    var rows = 0
    return batches.enumerated().prefix { index, batch in
      rows += batch.count
      return index == 0 || rows <= most
    }.map(\.element)
  }

  private static func split<Item>(_ items: [Item], about size: Int) -> [[Item]] {
    guard !items.isEmpty else { return [] }
    let size = max(1, size)
    let count = max(1, items.count / size + (items.count % size > size / 2 ? 1 : 0))
    return (0..<count).map { index in
      let (start, end) = (items.count * index / count, items.count * (index + 1) / count)
      return Array(items[start..<end])
    }
  }
}
