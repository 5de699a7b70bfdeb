/// The mean over dates of Spearman's correlation of forecasts and labels; `nil` where undefined.
///
/// This is what hyperparameters and epochs are chosen by, on validation rows. Dates with one row, or
/// on which either side is constant, count for nothing.
public func meanRankCorrelation(
  _ forecasts: [Float], _ labels: [Float], _ samples: Samples
) -> Double? {
  var (sum, count) = (0.0, 0)
  for range in samples.dateRanges where range.count > 1 {
    let a = averageRanks(forecasts[range].map { Double($0) })
    let b = averageRanks(labels[range].map { Double($0) })
    // Mean ranks are the same on both sides, ties or none.
    let middle = Double(range.count + 1) / 2
    var (cross, left, right) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      cross += (x - middle) * (y - middle)
      left += (x - middle) * (x - middle)
      right += (y - middle) * (y - middle)
    }
    guard left > 0, right > 0 else { continue }
    sum += cross / (left * right).squareRoot()
    count += 1
  }
  return count > 0 ? sum / Double(count) : nil
}
