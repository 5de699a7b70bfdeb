import Market

/// The numbers of every date of one replicate: all that metrics and their bootstrap need.
public struct DailyScores: Sendable {
  /// Positions in the panel, increasing.
  public let dates: [Int]
  public let rules: ScoringRules
  private let values: [DailyColumn: [Double]]

  /// Computes every column the metrics need, each measure once.
  ///
  /// - Complexity: O(rows · log(rows of a date)).
  public init(
    _ rows: ScoredRows, rules: ScoringRules, for metrics: [Metric] = metricRegistry.entries
  ) {
    var values: [DailyColumn: [Double]] = [:]
    for measure in metrics.flatMap(\.measures) {
      guard measure.columns.contains(where: { values[$0] == nil }) else { continue }
      for (column, numbers) in zip(measure.columns, measure.compute(rows, rules)) {
        values[column] = numbers
      }
    }
    self.init(dates: rows.dates, rules: rules, values: values)
  }

  /// Scores that were computed before.
  ///
  /// - Precondition: one number a date in every column.
  public init(dates: [Int], rules: ScoringRules, values: [DailyColumn: [Double]]) {
    precondition(values.values.allSatisfy { $0.count == dates.count }, "one number a date")
    (self.dates, self.rules, self.values) = (dates, rules, values)
  }

  public var columns: [DailyColumn] { values.keys.sorted { $0.name < $1.name } }

  /// One number a date, NaN where undefined; all NaN for a column that was not computed.
  public subscript(column: DailyColumn) -> [Double] {
    values[column] ?? [Double](repeating: .nan, count: dates.count)
  }

  /// On how many dates the metric is undefined.
  public func undefinedDates(of metric: Metric) -> Int {
    self[metric.defining].count { $0.isNaN }
  }
}
