extension DailyColumn {
  /// Rows of the date whose label is known.
  public static let rows = DailyColumn("rows")
  /// Σ|y − ŷ| over them.
  public static let absoluteError = DailyColumn("absolute_error")
  /// Σ(y − ŷ)².
  public static let squaredError = DailyColumn("squared_error")
  /// Σy²: the squared error of always predicting 0.
  public static let squaredTarget = DailyColumn("squared_target")
  /// Rows where neither the prediction nor the label is 0.
  public static let signed = DailyColumn("signed")
  /// Rows of these where both have the same sign.
  public static let hits = DailyColumn("hits")
}

extension DailyMeasure {
  /// Sums over each date of what the error metrics are made of, against the labels as trained.
  public static let forecastErrors = DailyMeasure([
    .rows, .absoluteError, .squaredError, .squaredTarget, .signed, .hits,
  ]) { rows, _ in
    let undefined = [Double](repeating: .nan, count: rows.ranges.count)
    var columns = [[Double]](repeating: undefined, count: 6)
    rows.forEachSection(against: rows.targets) { position, section in
      var (absolute, squared, target) = (0.0, 0.0, 0.0)
      var (signed, hits) = (0, 0)
      for (predicted, realised) in zip(section.predicted, section.realised) {
        let error = Double(realised) - Double(predicted)
        absolute += abs(error)
        squared += error * error
        target += Double(realised) * Double(realised)
        if predicted != 0, realised != 0 {
          signed += 1
          if (predicted > 0) == (realised > 0) { hits += 1 }
        }
      }
      columns[0][position] = Double(section.realised.count)
      columns[1][position] = absolute
      columns[2][position] = squared
      columns[3][position] = target
      // A date without a single sign says nothing about hits.
      columns[4][position] = signed > 0 ? Double(signed) : .nan
      columns[5][position] = signed > 0 ? Double(hits) : .nan
    }
    return columns
  }
}

/// Sum of one column over the sum of another; `nil` where the latter is 0.
func quotient(
  of numerator: DailyColumn, to denominator: DailyColumn, _ scores: DailyScores,
  _ positions: [Int]
) -> Double? {
  let whole = sum(of: scores[denominator], at: positions)
  return whole > 0 ? sum(of: scores[numerator], at: positions) / whole : nil
}
