import Market

/// The last dates of prices and volume as they were, over the latest close and the latest volume.
///
/// Qlib's Alpha360 (`Alpha360DL` in qlib/contrib/data/loader.py) for 60 dates: for each of close,
/// open, high, low, vwap and volume its values from `window` − 1 dates ago (`CLOSE59`) to today
/// (`CLOSE0`, always 1). Where the panel has no `vwap`, (high + low + close) / 3 stands for it. A date
/// that is missing, or lies before the panel, leaves NaN; a missing close leaves a whole row of it.
public enum RawWindows: FeatureSet {
  public struct Options: Codable, Sendable, Equatable {
    /// Dates shown, with the latest; 1 to 250.
    public var window: Int

    public init(window: Int = 60) { self.window = window }

    enum CodingKeys: CodingKey { case window }

    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      window = try values.decodeIfPresent(Int.self, forKey: .window) ?? 60
    }
  }

  public static let id = "raw"
  public static let summary = "windows of prices and volume over their latest, as Qlib's Alpha360"
  public static let requiredFields = DailyBars.fields
  public static let defaults = Options()
  public static let revision = 1

  public static func validate(_ options: Options) throws(SpecError) {
    guard (1...250).contains(options.window) else {
      throw .invalid(key: "window", value: "\(options.window)", accepted: "1 to 250 dates")
    }
  }

  /// - Complexity: O(dates · assets · window) in time and, for the result alone, in memory: 4 bytes
  ///   for each of 6 · `window` columns.
  public static func compute(_ panel: Panel, _ options: Options) throws -> FeaturePanel {
    try validate(options)
    let layout = try DailyBars.Layout(of: panel, for: "the feature set '\(id)'")
    let (dates, assets, window) = (panel.dates, panel.assets, options.window)
    let names = ["CLOSE", "OPEN", "HIGH", "LOW", "VWAP", "VOLUME"]
    let columns = names.flatMap { name in (0..<window).reversed().map { "\(name)\($0)" } }
    let size = dates * assets * columns.count
    let values = [Float](unsafeUninitializedCapacity: size) { target, count in
      // Every cell is written below: each asset, date, field and lag.
      for asset in 0..<assets {
        let bars = DailyBars.of(asset..<asset + 1, in: panel, layout)[0]
        let series = [
          bars.close, bars.open, bars.high, bars.low, bars.vwapOrTypicalPrice,
          bars.volume,
        ]
        let volumes = bars.volume.map { $0 + 1e-12 }
        let divisors = series.indices.map { $0 == 5 ? volumes : bars.close }
        for date in 0..<dates {
          var index = (date * assets + asset) * columns.count
          for (field, divisor) in zip(series, divisors) {
            write(
              field, endingAt: date, over: divisor[date],
              to: UnsafeMutableBufferPointer(rebasing: target[index..<index + window]))
            index += window
          }
        }
      }
      count = size
    }
    return FeaturePanel(
      dates: dates, assets: assets, columns: columns, window: window, values: values)
  }

  /// Fills `target` with the last of `series` up to `date`, oldest first, each over `divisor`.
  private static func write(
    _ series: [Float], endingAt date: Int, over divisor: Float,
    to target: UnsafeMutableBufferPointer<Float>
  ) {
    let before = max(0, target.count - 1 - date)
    for step in 0..<before { target.initializeElement(at: step, to: .nan) }
    series.withUnsafeBufferPointer { source in
      let first = date - target.count + 1
      for step in before..<target.count {
        let value = source[first + step] / divisor
        target.initializeElement(at: step, to: value.isFinite ? value : .nan)
      }
    }
  }
}
