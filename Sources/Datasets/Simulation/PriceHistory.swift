/// All days simulated so far: day × asset, the quantities that signals are made of.
struct PriceHistory {
  let assets: Int
  private(set) var open: [Double] = []
  private(set) var low: [Double] = []
  private(set) var close: [Double] = []
  /// ln(volume + 1).
  private(set) var logVolume: [Double] = []
  /// Simple returns from close to close, and the part of them that is the asset's own noise.
  private(set) var returns: [Double] = []
  private(set) var ownReturns: [Double] = []

  init(assets: Int, days: Int) {
    self.assets = assets
    for path in [\Self.open, \.low, \.close, \.logVolume, \.returns, \.ownReturns] {
      self[keyPath: path].reserveCapacity(assets * days)
    }
  }

  var days: Int { close.count / assets }

  mutating func append(_ day: [SimulatedRow]) {
    for row in day {
      open.append(row.prices.open)
      low.append(row.prices.low)
      close.append(row.prices.close)
      logVolume.append(row.logVolume)
      returns.append(row.simpleReturn)
      ownReturns.append(row.ownReturn)
    }
  }

  /// The last `count` values of one asset, oldest first.
  func recent(_ series: [Double], _ asset: Int, _ count: Int) -> [Double] {
    (days - count..<days).map { series[$0 * assets + asset] }
  }
}
