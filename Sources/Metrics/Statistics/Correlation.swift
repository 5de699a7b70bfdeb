/// Pearson's correlation; `nil` for fewer than two pairs or where either side is constant.
///
/// - Precondition: lists of equal length, all numbers finite.
/// - Complexity: O(*n*), in two passes.
public func pearson<Number: BinaryFloatingPoint>(_ x: [Number], _ y: [Number]) -> Double? {
  precondition(x.count == y.count)
  guard x.count > 1 else { return nil }
  return x.withUnsafeBufferPointer { x in
    y.withUnsafeBufferPointer { y in
      // Sums are taken from the first pair, so that a constant side deviates by exactly 0.
      let (originX, originY, n) = (Double(x[0]), Double(y[0]), Double(x.count))
      var (sumX, sumY) = (0.0, 0.0)
      for index in x.indices {
        sumX += Double(x[index]) - originX
        sumY += Double(y[index]) - originY
      }
      let (meanX, meanY) = (originX + sumX / n, originY + sumY / n)
      var (xx, yy, xy) = (0.0, 0.0, 0.0)
      for index in x.indices {
        let (dx, dy) = (Double(x[index]) - meanX, Double(y[index]) - meanY)
        xx += dx * dx
        yy += dy * dy
        xy += dx * dy
      }
      // The root of the product, so that a side against itself gives exactly 1.
      let scale = (xx * yy).squareRoot()
      guard scale > 0 else { return nil }
      return min(max(xy / scale, -1), 1)
    }
  }
}

/// Spearman's rank correlation, ties sharing their mean rank; `nil` as for `pearson`.
public func spearman(_ x: [Float], _ y: [Float]) -> Double? {
  var sorter = SectionSorter()
  var (ranksX, ranksY) = ([Double](), [Double]())
  sorter.rank(x, into: &ranksX)
  sorter.rank(y, into: &ranksY)
  return pearson(ranksX, ranksY)
}
