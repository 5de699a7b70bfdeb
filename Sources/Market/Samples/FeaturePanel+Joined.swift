extension FeaturePanel {
  /// Several feature panels of the same assets and columns laid one after another in time.
  ///
  /// Between two of them lies one date on which everything is unknown, so that consecutive dates never
  /// belong to different parts: no window, and no return, reaches from one into the next.
  /// - Returns: The joined panel, and where each part's first date lies in it.
  /// - Precondition: at least one part; equal assets, columns and windows.
  /// - Complexity: O(values).
  public static func joined(_ parts: [FeaturePanel]) -> (panel: FeaturePanel, starts: [Int]) {
    precondition(!parts.isEmpty)
    let first = parts[0]
    precondition(
      parts.allSatisfy {
        $0.assets == first.assets && $0.columns == first.columns && $0.window == first.window
      }, "feature panels of different shapes")
    let (values, starts) = joinedDates(
      parts.map(\.values), width: first.assets * first.columns.count)
    let dates = parts.reduce(parts.count - 1) { $0 + $1.dates }
    return (
      FeaturePanel(
        dates: dates, assets: first.assets, columns: first.columns, window: first.window,
        values: values),
      starts
    )
  }
}

/// Date-major columns of equal `width` laid one after another, a date of NaN between two of them.
///
/// - Returns: The values, and where each part's first date lies.
public func joinedDates(_ parts: [[Float]], width: Int) -> (values: [Float], starts: [Int]) {
  if parts.count == 1 { return (parts[0], [0]) }
  var values: [Float] = []
  values.reserveCapacity(parts.reduce(0) { $0 + $1.count + width })
  var starts: [Int] = []
  for part in parts {
    if !starts.isEmpty { values.append(contentsOf: repeatElement(.nan, count: width)) }
    starts.append(width == 0 ? 0 : values.count / width)
    values.append(contentsOf: part)
  }
  return (values, starts)
}
