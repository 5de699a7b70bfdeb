/// Training rows that were made rather than observed: whole cross-sections of windows with labels.
///
/// A row belongs to a cross-section and to an asset of the market it was made from. Each
/// cross-section takes its labels from one date of that market and stands under the state of the
/// market of another, both positions in the market's calendar. Windows are in *transformed* units:
/// as `Samples` hands features to a model, under the transform of the rows they were made from. All
/// numbers are finite.
public struct SampleSet: Sendable, Equatable {
  /// The rows made for one pair of dates.
  public struct CrossSection: Sendable, Equatable {
    /// The date whose excess features and labels the rows have.
    public let excessDate: Int
    /// The date whose market features they have.
    public let marketDate: Int
    /// Positions in the universe, increasing: one row each.
    public let assets: [Int]

    public init(excessDate: Int, marketDate: Int, assets: [Int]) {
      (self.excessDate, self.marketDate, self.assets) = (excessDate, marketDate, assets)
    }
  }

  /// Of the features, as in the rows they were made from.
  public let columns: [String]
  /// Dates in a window, oldest first.
  public let steps: Int
  public let crossSections: [CrossSection]
  /// Row × step × column, cross-sections in order and in each its assets.
  public let windows: [Float]
  /// As families learn them (see `LabelSpec.Transform`), one a row.
  public let labels: [Float]
  /// How much a row should count, at least 0, one a row; a family without weights takes all alike.
  public let weights: [Float]

  public var count: Int { labels.count }

  /// - Throws: `SampleSetError` unless all of it agrees and is finite.
  public init(
    columns: [String], steps: Int, crossSections: [CrossSection], windows: [Float],
    labels: [Float], weights: [Float]
  ) throws(SampleSetError) {
    func require(_ holds: Bool, _ reason: @autoclosure () -> String) throws(SampleSetError) {
      guard holds else { throw .inconsistent(reason()) }
    }
    try require(steps >= 1 && !columns.isEmpty, "a window needs a step and a column")
    try require(Set(columns).count == columns.count, "a column is named twice")
    for section in crossSections {
      try require(
        section.excessDate >= 0 && section.marketDate >= 0 && !section.assets.isEmpty
          && section.assets[0] >= 0
          && zip(section.assets, section.assets.dropFirst()).allSatisfy { $0 < $1 },
        "a cross-section needs two dates and increasing assets")
    }
    let rows = crossSections.reduce(0) { $0 + $1.assets.count }
    let width = steps.multipliedReportingOverflow(by: columns.count)
    let size = rows.multipliedReportingOverflow(by: width.partialValue)
    try require(
      !width.overflow && !size.overflow && windows.count == size.partialValue,
      "\(windows.count) values for \(rows) windows of \(steps) steps × \(columns.count) columns")
    try require(
      labels.count == rows && weights.count == rows,
      "\(labels.count) labels and \(weights.count) weights for \(rows) rows")
    try require(
      windows.allSatisfy(\.isFinite) && labels.allSatisfy(\.isFinite),
      "a value or a label is not finite")
    try require(
      weights.allSatisfy { $0.isFinite && $0 >= 0 }, "a weight is negative or not finite")
    (self.columns, self.steps, self.crossSections) = (columns, steps, crossSections)
    (self.windows, self.labels, self.weights) = (windows, labels, weights)
  }
}

/// Made rows that contradict themselves, or do not belong to the rows they are put beside.
public enum SampleSetError: UserFacingError, Equatable {
  case inconsistent(String)
  case columns(expected: [String], got: [String])
  /// A date or an asset beyond the market.
  case outside(String)

  public var description: String {
    switch self {
    case .inconsistent(let reason): "made rows do not agree: \(reason)"
    case .columns(let expected, let got):
      "made rows have \(got.count) feature columns that are not the \(expected.count) of the "
        + "rows they are put beside; make them from the same features"
    case .outside(let reason): "made rows are of another market: \(reason)"
    }
  }
}
