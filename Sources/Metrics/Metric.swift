/// A score, and everything a report or a gate needs to know about it.
///
/// It is computed in two steps. `measures` turn the rows of each date into a few numbers, once;
/// `aggregate` turns the numbers of any list of dates into the score, so that a bootstrap can
/// resample dates without going back to the rows.
public struct Metric: Identifiable, Sendable {
  public enum Direction: String, Codable, Sendable { case higherIsBetter, lowerIsBetter }

  /// What a number of this metric is, for whoever prints it.
  public enum Unit: String, Codable, Sendable {
    /// That of the label as the models were trained on it.
    case label
    /// Between −1 and 1.
    case correlation
    /// A share, or a return: 0.01 is one per cent.
    case fraction
    /// A quotient without a unit.
    case ratio
  }

  public let id: String
  /// As a column of a table is headed.
  public let title: String
  /// One sentence: the formula, in words.
  public let summary: String
  public let direction: Direction
  public let unit: Unit
  /// What `aggregate` needs of each date.
  public let measures: [DailyMeasure]
  /// The columns that `aggregate` and `defining` read: what has to be kept to have the score again.
  public let columns: [DailyColumn]
  /// A date on which this column is NaN says nothing about the metric, and is counted as undefined.
  public let defining: DailyColumn
  /// The score over the dates at `positions` (repeats allowed, in the order given).
  ///
  /// `nil` is "undefined here": never 0, never NaN, and never averaged.
  public let aggregate: @Sendable (_ scores: DailyScores, _ positions: [Int]) -> Double?

  /// `columns` are all of `measures` unless said otherwise.
  public init(
    id: String, title: String, summary: String, direction: Direction, unit: Unit,
    measures: [DailyMeasure], columns: [DailyColumn]? = nil, defining: DailyColumn,
    aggregate: @escaping @Sendable (_ scores: DailyScores, _ positions: [Int]) -> Double?
  ) {
    self.id = id
    self.title = title
    self.summary = summary
    self.direction = direction
    self.unit = unit
    self.measures = measures
    self.columns = columns ?? measures.flatMap(\.columns)
    self.defining = defining
    self.aggregate = aggregate
  }

  /// The score over all dates, each once.
  public func value(of scores: DailyScores) -> Double? {
    aggregate(scores, Array(scores.dates.indices))
  }
}
