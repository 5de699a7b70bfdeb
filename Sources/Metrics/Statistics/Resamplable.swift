/// A mean that can be had on the dates as they are and on any resample of them.
protocol Resamplable {
  /// `nil` where it is undefined.
  var mean: Double? { get }
  func mean(in draw: Resamples.Draw) -> Double?
}

/// The mean of a series over the dates on which it is defined.
struct SeriesMean: Resamplable {
  /// One number a date of the calendar; NaN where undefined.
  let series: [Double]

  /// Infinite numbers count as undefined.
  init(_ series: [Double]) {
    self.series = series.map { $0.isFinite ? $0 : .nan }
  }

  var mean: Double? { Metrics.mean(of: series, at: Array(series.indices)) }

  func mean(in draw: Resamples.Draw) -> Double? { Metrics.mean(of: series, at: draw.places) }
}
