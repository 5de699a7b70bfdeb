import Market

extension FeaturePanel {
  /// Computes engineered columns asset by asset; a value that is not finite becomes NaN.
  ///
  /// `compute` gives one series a column, in the order of `columns`, from one asset's bars.
  /// - Complexity: beside the result, the memory of a few assets.
  /// - Throws: `PanelError.missingField` where the panel lacks one of the fields of `DailyBars`.
  static func byAsset(
    of panel: Panel, columns: [String], for need: String,
    compute: (DailyBars) -> [[Float]]
  ) throws(PanelError) -> FeaturePanel {
    let layout = try DailyBars.Layout(of: panel, for: need)
    let (dates, assets, width) = (panel.dates, panel.assets, columns.count)
    let size = dates * assets * width
    // A panel lies date by date and a series asset by asset. Some assets at a time where columns are
    // few, so that what is read and written on one date fills cache lines.
    let group = max(1, 160 / max(1, width))
    var scratch = [Float](repeating: .nan, count: group * width * dates)
    let values = [Float](unsafeUninitializedCapacity: size) { target, count in
      for first in stride(from: 0, to: assets, by: group) {
        let range = first..<min(first + group, assets)
        for (index, bars) in DailyBars.of(range, in: panel, layout).enumerated() {
          let series = compute(bars)
          precondition(series.count == width && series.allSatisfy { $0.count == dates })
          for (column, values) in series.enumerated() {
            let start = (index * width + column) * dates
            for date in 0..<dates {
              scratch[start + date] = values[date].isFinite ? values[date] : .nan
            }
          }
        }
        transpose(
          scratch, columns: range.count * width, rows: dates,
          to: target, from: first * width, stride: assets * width)
      }
      count = size
    }
    return FeaturePanel(dates: dates, assets: assets, columns: columns, values: values)
  }
}

/// Writes columns that lie one after the other as rows: the first at `start`, each next one `stride`
/// further on.
private func transpose(
  _ source: [Float], columns: Int, rows: Int, to target: UnsafeMutableBufferPointer<Float>,
  from start: Int, stride: Int
) {
  // As many rows at a time as a cache line holds of a column.
  let tile = 16
  source.withUnsafeBufferPointer { source in
    for first in Swift.stride(from: 0, to: rows, by: tile) {
      for column in 0..<columns {
        for row in first..<min(first + tile, rows) {
          target.initializeElement(
            at: start + row * stride + column, to: source[column * rows + row])
        }
      }
    }
  }
}
