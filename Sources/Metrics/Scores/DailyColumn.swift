/// The name of one number a date has, such as its information coefficient.
public struct DailyColumn: Hashable, Sendable {
  public let name: String
  public init(_ name: String) { self.name = name }
}

/// Numbers of each date that are computed together, because they share work.
public struct DailyMeasure: Sendable {
  public let columns: [DailyColumn]
  /// One list per column, one number per date; NaN where the date leaves it undefined.
  public let compute: @Sendable (_ rows: ScoredRows, _ rules: ScoringRules) -> [[Double]]

  public init(
    _ columns: [DailyColumn],
    compute: @escaping @Sendable (_ rows: ScoredRows, _ rules: ScoringRules) -> [[Double]]
  ) {
    (self.columns, self.compute) = (columns, compute)
  }
}
