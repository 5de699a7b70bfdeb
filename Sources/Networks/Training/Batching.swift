import Market

/// How an epoch's rows are dealt into batches.
public enum Batching: Sendable, Equatable {
  /// Shuffled rows, about this many at a time.
  case rows(Int)
  /// Shuffled dates, about this many whole cross-sections at a time.
  case dates(Int)

  /// Row positions of one epoch: every row once.
  ///
  /// Batches are of equal size but for one row or date, so that none is left with a single row,
  /// which batch normalisation could not use and whose gradient would be noise.
  func deal(_ samples: Samples, using stream: inout SeedStream) -> [[Int]] {
    switch self {
    case .rows(let size):
      return Self.split(Array(0..<samples.count).shuffled(using: &stream), about: size)
    case .dates(let size):
      let dates = samples.dateRanges.shuffled(using: &stream)
      return Self.split(dates, about: size).map { $0.flatMap { Array($0) } }
    }
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
