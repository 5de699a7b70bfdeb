/// How series over the same dates are brought together; one number a date, NaN where undefined.
enum DateSeries {
  /// First less second; NaN on dates on which either is undefined or infinite.
  ///
  /// - Precondition: equally many dates.
  static func difference(of first: [Double], from second: [Double]) -> [Double] {
    precondition(first.count == second.count, "two series over the same dates")
    return zip(first, second).map { a, b in
      let difference = a - b
      return difference.isFinite ? difference : .nan
    }
  }

  /// The mean over the series that are defined on a date; NaN where none is.
  static func mean(of series: [[Double]], dates: Int) -> [Double] {
    (0..<dates).map { date in
      let known = series.map { $0[date] }.filter(\.isFinite)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }
}

extension Resamples {
  /// A metric of each single date, over the calendar: the mean over replicates that have it.
  ///
  /// NaN where no replicate has the date or the metric is undefined on it alone, which is
  /// everywhere for one that needs several dates (ICIR, Sharpe ratio, drawdown).
  public func series(_ metric: Metric, of replicates: [DailyScores]) -> [Double] {
    let daily = replicates.map { scores in
      var series = [Double](repeating: .nan, count: calendar.count)
      let place = Dictionary(uniqueKeysWithValues: scores.dates.enumerated().map { ($1, $0) })
      for (position, date) in calendar.enumerated() {
        if let value = place[date].flatMap({ metric.aggregate(scores, [$0]) }) {
          series[position] = value
        }
      }
      return series
    }
    return DateSeries.mean(of: daily, dates: calendar.count)
  }
}
