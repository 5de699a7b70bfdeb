/// Features of every asset on every date: date × asset × column, row-major, computed once.
///
/// A value at date *t* uses observations up to and including *t*, never later. NaN where a feature
/// is undefined.
public struct FeaturePanel: Sendable {
  public let dates: Int
  public let assets: Int
  public let columns: [String]
  /// How many dates, ending with its own, a row shows the model directly.
  ///
  /// 1 for engineered features; *n* for raw windows of *n* dates. Training rows whose window would
  /// reach into the hole left by a test block are not used.
  public let window: Int
  /// Kept from other modules: a model reads rows through `Samples`, and only those it was given.
  let values: [Float]

  /// - Precondition: sizes agree; a feature set that breaks this is a fault of ours.
  public init(dates: Int, assets: Int, columns: [String], window: Int = 1, values: [Float]) {
    precondition(values.count == dates * assets * columns.count, "feature panel size")
    precondition(window >= 1)
    self.dates = dates
    self.assets = assets
    self.columns = columns
    self.window = window
    self.values = values
  }

  /// One value, for tests and for looking at; models use `Samples`.
  public subscript(date: Int, asset: Int, column: Int) -> Float {
    values[(date * assets + asset) * columns.count + column]
  }

  /// Some consecutive dates alone.
  public func dates(_ range: Range<Int>) -> FeaturePanel {
    let width = assets * columns.count
    return FeaturePanel(
      dates: range.count, assets: assets, columns: columns, window: window,
      values: Array(values[range.lowerBound * width..<range.upperBound * width]))
  }
}
