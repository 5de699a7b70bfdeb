import Market

/// One asset's history, a series a field, oldest first; NaN where missing.
struct DailyBars {
  private(set) var open: [Float]
  private(set) var high: [Float]
  private(set) var low: [Float]
  private(set) var close: [Float]
  private(set) var volume: [Float]
  /// `nil` where the panel has no such field.
  private(set) var vwap: [Float]?

  /// The volume-weighted price, or (high + low + close) / 3 where the panel has none.
  var vwapOrTypicalPrice: [Float] {
    vwap
      ?? close.indices.map { Float((Double(high[$0]) + Double(low[$0]) + Double(close[$0])) / 3) }
  }

  /// The fields without which there are no bars.
  static let fields = ["open", "high", "low", "close", "volume"]

  /// Where each field lies in a panel, looked up once for all assets.
  struct Layout {
    let open, high, low, close, volume: Int
    let vwap: Int?

    /// - Throws: `PanelError.missingField` naming the first of the five fields that is absent.
    init(of panel: Panel, for need: String) throws(PanelError) {
      open = try panel.index(of: "open", for: need)
      high = try panel.index(of: "high", for: need)
      low = try panel.index(of: "low", for: need)
      close = try panel.index(of: "close", for: need)
      volume = try panel.index(of: "volume", for: need)
      vwap = panel.fields.firstIndex(of: "vwap")
    }
  }

  /// The bars of some assets, read together.
  static func of(_ assets: Range<Int>, in panel: Panel, _ layout: Layout) -> [DailyBars] {
    let (dates, width, count) = (panel.dates, panel.fields.count, assets.count)
    // Field × asset × date.
    let series = [Float](unsafeUninitializedCapacity: width * count * dates) { target, size in
      panel.values.withUnsafeBufferPointer { values in
        for date in 0..<dates {
          var source = (date * panel.assets + assets.lowerBound) * width
          for asset in 0..<count {
            for field in 0..<width {
              target.initializeElement(
                at: (field * count + asset) * dates + date, to: values[source])
              source += 1
            }
          }
        }
      }
      size = width * count * dates
    }
    return (0..<count).map { asset in
      func of(_ field: Int) -> [Float] {
        let start = (field * count + asset) * dates
        return Array(series[start..<start + dates])
      }
      return DailyBars(
        open: of(layout.open), high: of(layout.high), low: of(layout.low), close: of(layout.close),
        volume: of(layout.volume), vwap: layout.vwap.map(of))
    }
  }
}
