import Market

/// Cuts validation dates out of the training dates, and purges what is left.
///
/// Validation dates are training dates, so they already keep their distance from every test block.
struct ValidationCut: Sendable {
  enum Place: Sendable {
    /// The last training dates: what walk-forward needs, where later means nearer to the test.
    case end
    /// Where the least training is lost; see `bestOffset(length:in:)`.
    case cheapest
  }

  let fraction: Double
  let place: Place

  /// - Throws: `SpecError.invalid` unless 0 ≤ fraction < 1.
  init(fraction: Double, place: Place) throws(SpecError) {
    guard fraction >= 0, fraction < 1 else {
      throw .invalid(
        key: "split.validationFraction", value: "\(fraction)",
        accepted: "0 (no validation) to less than 1")
    }
    (self.fraction, self.place) = (fraction, place)
  }

  /// Divides `dates`; validation takes the rounded share, and at least one date unless it is 0.
  ///
  /// - Returns: What remains to train on (possibly nothing) and the validation dates.
  func divide(_ dates: [Int], _ purge: Purge) -> (train: [Int], validation: [Int]) {
    guard fraction > 0, dates.count > 1 else { return (fraction > 0 ? [] : dates, []) }
    let wanted = max(1, Int((fraction * Double(dates.count)).rounded()))
    let length = min(wanted, dates.count - 1)
    let offset =
      switch place {
      case .end: dates.count - length
      case .cheapest: bestOffset(length: length, in: dates, purge)
      }
    let validation = Array(dates[offset..<offset + length])
    let spans = stretches(of: validation).map(purge.span(of:))
    let train = dates.filter { date in !spans.contains { $0.contains(date) } }
    return (train, validation)
  }

  /// Where to take `length` successive training dates so that the most remain.
  ///
  /// An unbroken block is taken wherever there is one long enough; of those that leave equally many
  /// dates, the latest. Ending just before a test block or the last date costs least: the purge on
  /// that side falls on dates that are gone already, and so does the embargo.
  /// - Complexity: O(count), and O(count · length) where no stretch is long enough.
  private func bestOffset(length: Int, in dates: [Int], _ purge: Purge) -> Int {
    let count = (dates.last ?? -1) + 1
    var before = [Int](repeating: 0, count: count + 1)
    for date in dates { before[date + 1] = 1 }
    for date in 0..<count { before[date + 1] += before[date] }

    var best = (offset: 0, pieces: Int.max, lost: Int.max)
    for offset in 0...dates.count - length {
      let (first, last) = (dates[offset], dates[offset + length - 1])
      let isUnbroken = last - first == length - 1
      if best.pieces == 1, !isUnbroken { continue }
      let pieces = isUnbroken ? [first..<last + 1] : stretches(of: dates[offset..<offset + length])
      // Where the spans of two pieces overlap, what they share counts twice: a broken block may
      // look dearer than it is, never cheaper.
      let lost = pieces.reduce(0) { sum, piece in
        let span = purge.span(of: piece).clamped(to: 0..<count)
        return sum + before[span.upperBound] - before[span.lowerBound]
      }
      if (pieces.count, lost) <= (best.pieces, best.lost) { best = (offset, pieces.count, lost) }
    }
    return best.offset
  }
}
