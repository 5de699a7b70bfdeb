import Market

/// Where the prices of a made-up market set out, and what its volumes are measured against.
public struct StartingPoint: Sendable, Equatable {
  public struct Asset: Sendable, Equatable {
    /// The last close before.
    public var close: Double
    /// Above 0.
    public var usualVolume: Double

    public init(close: Double, usualVolume: Double) {
      (self.close, self.usualVolume) = (close, usualVolume)
    }

    /// For assets that nobody has seen: a round price and a million shares a day.
    public static let new = Asset(close: 100, usualVolume: 1_000_000)
  }

  public var assets: [Asset]

  public init(_ assets: [Asset]) { self.assets = assets }

  /// As the last of some dates left each asset; volumes are measured as in `MarketMoves`.
  ///
  /// An asset without a close among the dates, or without a usual volume, starts as new in that respect.
  public init(of panel: Panel, dates: Range<Int>, usualVolumes: [Double]? = nil) {
    let close = panel.fields.firstIndex(of: "close")
    let usual = usualVolumes ?? UsualVolume.medians(of: panel, dates: dates)
    assets = (0..<panel.assets).map { asset in
      var start = Asset.new
      if let close {
        let last = dates.last { panel[$0, asset, close] > 0 }
        if let last { start.close = Double(panel[last, asset, close]) }
      }
      if usual[asset] > 0 { start.usualVolume = usual[asset] }
      return start
    }
  }
}
