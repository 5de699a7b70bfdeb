/// Ranks from 1 to *n*, ties sharing their mean rank, as `scipy.stats.rankdata` gives them.
///
/// - Precondition: no value is NaN.
/// - Complexity: O(*n* log *n*).
public func averageRanks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    let shared = Double(start + 1 + end) / 2
    for position in start..<end { ranks[order[position]] = shared }
    start = end
  }
  return ranks
}
