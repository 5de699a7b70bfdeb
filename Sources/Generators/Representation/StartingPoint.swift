import Market

/// Where the prices of a made-up market set out: per asset, the last close and the last volumes.
public struct StartingPoint: Sendable, Equatable {
  public struct Asset: Sendable, Equatable {
    public var close: Double
    /// Up to 20, oldest first, all above 0.
    public var volumes: [Double]

    public init(close: Double, volumes: [Double]) {
      (self.close, self.volumes) = (close, volumes)
    }

    /// For assets that nobody has seen: a round price and a million shares a day.
    public static let new = Asset(
      close: 100, volumes: Array(repeating: 1_000_000, count: MarketMoves.volumeMemory))
  }

  public var assets: [Asset]

  public init(_ assets: [Asset]) { self.assets = assets }

  /// As the last of some dates left each asset; an asset without a close among them starts as new.
  public init(of panel: Panel, dates: Range<Int>) {
    let close = panel.fields.firstIndex(of: "close")
    let volume = panel.fields.firstIndex(of: "volume")
    assets = (0..<panel.assets).map { asset in
      var start = Asset.new
      var memory = VolumeMemory()
      for date in dates {
        if let close {
          let value = Double(panel[date, asset, close])
          if value > 0 { start.close = value }
        }
        if let volume { memory.append(Double(panel[date, asset, volume])) }
      }
      // Fewer are no median; a new asset's are.
      if memory.volumes.count >= MarketMoves.fewestVolumes { start.volumes = memory.volumes }
      return start
    }
  }
}
