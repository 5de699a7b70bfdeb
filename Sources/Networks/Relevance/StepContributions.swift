/// What each feature at each step added to each forecast: rows × steps × columns, row-major, oldest
/// step first, in units of the labels.
///
/// A row's values and the base value sum to its forecast, up to rounding.
public struct StepContributions: Sendable, Equatable {
  public let steps: Int
  public let columns: [String]
  public let values: [Float]
  /// The same for every row.
  public let baseValue: Float

  /// - Precondition: a whole number of rows.
  public init(steps: Int, columns: [String], values: [Float], baseValue: Float) {
    precondition(values.count % max(1, steps * columns.count) == 0)
    (self.steps, self.columns) = (steps, columns)
    (self.values, self.baseValue) = (values, baseValue)
  }

  public var rows: Int { values.count / max(1, steps * columns.count) }
}
