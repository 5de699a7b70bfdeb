/// How closely a student is to follow its teacher on each row: closest where its own forecasts fail.
///
/// The weight of day *j* is β + (1 − β)(ic_max − ic_j)/(ic_max − ic_min), with the information
/// coefficient of the day's forecasts; the weight of row *i* on it is β_s + (1 − β_s)(m_max − m_ij)/
/// (m_max − m_min), with *m* **minus** the squared error. (Printed with the squared error itself, it would
/// give weight to what is easy.) A row's weight is α times the day's plus 1 − α times its own.
/// Extremes are over the days and rows given; where all are equal, all weigh 1.
public struct DistillationWeights: Sendable, Equatable {
  /// α, the say of the day.
  public var dayShare: Double
  /// β, the least weight of a day.
  public var leastOfDay: Double
  /// β_s, the least weight of a row on its day.
  public var leastOfRow: Double

  public init(dayShare: Double = 0.5, leastOfDay: Double = 0.5, leastOfRow: Double = 0.5) {
    (self.dayShare, self.leastOfDay, self.leastOfRow) = (dayShare, leastOfDay, leastOfRow)
  }

  /// One a row, of forecasts and labels of whole days, given as ranges of rows.
  ///
  /// Pearson's correlation of a day counts as 0 where it is undefined.
  public func weights(_ forecasts: [Float], _ labels: [Float], days: [Range<Int>]) -> [Float] {
    let ofDays = Self.falling(
      days.map { Self.correlation(forecasts[$0], labels[$0]) }, least: leastOfDay)
    let negative = zip(forecasts, labels).map { forecast, label in
      let error = Double(forecast) - Double(label)
      return -error * error
    }
    let ofRows = Self.falling(negative, least: leastOfRow)
    var weights = [Float](repeating: 0, count: forecasts.count)
    for (day, rows) in zip(ofDays, days) {
      for row in rows { weights[row] = Float(dayShare * day + (1 - dayShare) * ofRows[row]) }
    }
    return weights
  }

  /// 1 for the least value, `least` for the greatest, straight in between.
  static func falling(_ values: [Double], least: Double) -> [Double] {
    guard let low = values.min(), let high = values.max(), high > low else {
      return values.map { _ in 1 }
    }
    return values.map { least + (1 - least) * (high - $0) / (high - low) }
  }

  static func correlation(_ x: ArraySlice<Float>, _ y: ArraySlice<Float>) -> Double {
    let count = Double(max(1, x.count))
    let (meanX, meanY) = (
      x.reduce(0.0) { $0 + Double($1) } / count, y.reduce(0.0) { $0 + Double($1) } / count
    )
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (Double(a) - meanX) * (Double(a) - meanX)
      yy += (Double(b) - meanY) * (Double(b) - meanY)
      xy += (Double(a) - meanX) * (Double(b) - meanY)
    }
    return xx > 1e-20 && yy > 1e-20 ? xy / (xx * yy).squareRoot() : 0
  }
}
