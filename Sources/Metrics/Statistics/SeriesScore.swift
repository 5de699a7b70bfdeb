/// The mean of a daily series with its interval: one number of a report.
public struct SeriesScore: Sendable, Equatable {
  public let mean: Double?
  public let low: Double?
  public let high: Double?
  /// Dates on which the series is defined.
  public let dates: Int

  public init(mean: Double?, low: Double?, high: Double?, dates: Int) {
    (self.mean, self.low, self.high, self.dates) = (mean, low, high, dates)
  }
}

extension SeriesScore: Codable {
  enum CodingKeys: String, CodingKey { case mean, low, high, dates }

  /// Writes `null` for what is undefined, so that the keys are always there.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(mean, forKey: .mean)
    try values.encode(low, forKey: .low)
    try values.encode(high, forKey: .high)
    try values.encode(dates, forKey: .dates)
  }
}

extension Resamples {
  /// The mean of a series over the calendar, NaN where undefined, with its percentile interval.
  ///
  /// No interval where there is too little to resample.
  /// - Precondition: one number a date of the calendar.
  public func score(of series: [Double]) -> SeriesScore {
    precondition(series.count == calendar.count, "one number a date")
    let mean = SeriesMean(series)
    let interval = mean.mean.flatMap { _ in self.interval { mean.mean(in: $0) } }
    return SeriesScore(
      mean: mean.mean, low: interval?.low, high: interval?.high,
      dates: series.count { $0.isFinite })
  }
}
