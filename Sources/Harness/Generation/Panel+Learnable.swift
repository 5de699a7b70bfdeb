import Market

extension Panel {
  /// Assets with enough close-to-close returns among some dates to learn from.
  ///
  /// All of them where none has enough, so that the generator says what it lacks.
  func assets(withReturnsOn dates: [Int], atLeast fewest: Int) throws -> [Int] {
    let closes = try series(of: "close", for: "a generator")
    let pairs = zip(dates, dates.dropFirst()).filter { $0 + 1 == $1 }.map(\.1)
    let kept = (0..<assets).filter { asset in
      pairs.count { date in
        closes[date * assets + asset] > 0 && closes[(date - 1) * assets + asset] > 0
      } >= fewest
    }
    return kept.isEmpty ? Array(0..<assets) : kept
  }
}
