/// P values of several tests, raised so that all of them may be read at once.
///
/// Rejecting what comes out at or below α makes a false rejection anywhere at most α likely, however
/// the tests depend on each other. Holm (1979), *A Simple Sequentially Rejective Multiple Test
/// Procedure*.
public enum Holm {
  /// Step down: the smallest of *m* times *m*, the next times *m* − 1, never falling, at most 1.
  ///
  /// In the order given. `nil` (a test that could not be made) stays `nil` and is not counted in *m*.
  public static func adjusted(_ pValues: [Double?]) -> [Double?] {
    let tests = pValues.indices
      .compactMap { index in pValues[index].flatMap { $0.isNaN ? nil : (index, $0) } }
      .sorted { $0.1 < $1.1 }
    var result = [Double?](repeating: nil, count: pValues.count)
    var highest = 0.0
    for (rank, (index, pValue)) in tests.enumerated() {
      highest = max(highest, min(1, Double(tests.count - rank) * pValue))
      result[index] = highest
    }
    return result
  }
}
