import Market

extension Samples {
  /// Whole dates, evenly spaced over all there are, with at most `rows` rows; one date at least.
  ///
  /// The dates follow from the rows alone: every family is asked about the same ones.
  func evenlySpacedDates(rows limit: Int) -> Samples {
    let ranges = dateRanges
    guard count > limit, !ranges.isEmpty else { return self }
    func middles(_ chosen: Int) -> [Range<Int>] {
      (0..<chosen).map { ranges[(2 * $0 + 1) * ranges.count / (2 * chosen)] }
    }
    var chosen = max(1, min(ranges.count, limit * ranges.count / count))
    // Dates differ in length: the ones met may be longer than the mean.
    while chosen > 1, middles(chosen).reduce(0, { $0 + $1.count }) > limit { chosen -= 1 }
    return selecting(middles(chosen).flatMap { keys[$0] })
  }

  /// Some of the rows, drawn without replacement, in their order; all where there are no more.
  ///
  /// Drawn rather than counted off: every eighth of 64 assets would be the same eight throughout.
  func drawn(_ limit: Int, using random: inout SeedStream) -> Samples {
    guard count > limit else { return self }
    return selecting(keys.shuffled(using: &random).prefix(limit).sorted())
  }
}
