/// Maximal runs of consecutive numbers in an increasing list, as half-open ranges.
///
/// - Complexity: O(count).
func stretches(of dates: some Sequence<Int>) -> [Range<Int>] {
  var result: [Range<Int>] = []
  for date in dates {
    if let last = result.last, last.upperBound == date {
      result[result.count - 1] = last.lowerBound..<date + 1
    } else {
      result.append(date..<date + 1)
    }
  }
  return result
}
