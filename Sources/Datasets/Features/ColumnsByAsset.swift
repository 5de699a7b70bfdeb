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
    // A panel lies date by date and a series asset by asset. Few assets at a time, so that what is
    // read and written on one date shares cache lines.
    let group = 8
    var scratch = [Float](repeating: .nan, count: group * width * dates)
    let values = [Float](unsafeUninitializedCapacity: size) { target, count in
      for first in stride(from: 0, to: assets, by: group) {
        let range = first..<min(first + group, assets)
        for (index, bars) in DailyBars.of(range, in: panel, layout).enumerated() {
          let series = compute(bars)
          precondition(series.count == width && series.allSatisfy { $0.count == dates })
          for (column, values) in series.enumerated() {
            let start = (index * width + column) * dates
            scratch.withUnsafeMutableBufferPointer {
              _ = $0[start..<start + dates].update(fromContentsOf: values)
            }
          }
        }
        scratch.withUnsafeBufferPointer { source in
          for date in 0..<dates {
            let start = (date * assets + first) * width
            for cell in 0..<range.count * width {
              let value = source[cell * dates + date]
              target.initializeElement(at: start + cell, to: value.isFinite ? value : .nan)
            }
          }
        }
      }
      count = size
    }
    return FeaturePanel(dates: dates, assets: assets, columns: columns, values: values)
  }
}
