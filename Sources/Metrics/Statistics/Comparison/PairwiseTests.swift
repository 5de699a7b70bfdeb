/// Diebold and Mariano's test of every pair of models, adjusted by Holm for their number.
public struct PairwiseTests: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    public let test: DieboldMariano
    /// May be read beside those of all other pairs.
    public let adjustedPValue: Double
  }

  public let models: Int
  /// Pairs (0, 1), (0, 2), …, (1, 2), …; `nil` where there was nothing to test.
  private let pairs: [Pair?]

  /// - Parameters:
  ///   - series: Of each model one number a date (loss or score), NaN where undefined. Each pair is
  ///     compared on the dates that both have.
  ///   - horizon: Dates over which successive labels overlap (the label's reach).
  /// - Precondition: equally many dates in each.
  public init(of series: [[Double]], horizon: Int) {
    models = series.count
    let tests = series.indices.flatMap { first in
      series[(first + 1)...].map { second in
        DieboldMariano(
          differences: DateSeries.difference(of: series[first], from: second), horizon: horizon)
      }
    }
    pairs = zip(tests, Holm.adjusted(tests.map { $0?.pValue })).map { test, adjusted in
      test.flatMap { test in adjusted.map { Pair(test: test, adjustedPValue: $0) } }
    }
  }

  /// The first against the second; `nil` on the diagonal and where there was nothing to test.
  public subscript(first: Int, second: Int) -> Pair? {
    guard first != second else { return nil }
    guard first < second else {
      return self[second, first].map {
        Pair(test: $0.test.reversed, adjustedPValue: $0.adjustedPValue)
      }
    }
    // Rows before this one have models − 1, models − 2, … pairs.
    return pairs[first * (2 * models - first - 1) / 2 + second - first - 1]
  }
}
