import Market

/// `count` contiguous blocks that cover all dates, lengths differing by at most one.
///
/// - Throws: `SpecError.tooFewDates` where a block would be empty.
func evenBlocks(
  _ count: Int, of dates: Int, for purpose: String
) throws(SpecError) -> [Range<Int>] {
  guard dates >= count else { throw .tooFewDates(dates: dates, needed: count, for: purpose) }
  return (0..<count).map { dates * $0 / count..<dates * ($0 + 1) / count }
}
