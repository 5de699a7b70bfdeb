import Market

extension StaticTraits {
  /// Level and deviation of each asset's log volume, and how much of yesterday's distance from it is left.
  ///
  /// 0, 1 and 0 in a market without volumes.
  static func volumes(
    _ market: TrainingMarket
  ) -> (levels: [Double], deviations: [Double], persistence: Double) {
    let count = market.universe.count
    guard let index = market.components.firstIndex(of: .logVolume) else {
      let none = [Double](repeating: 0, count: count)
      return (none, none.map { _ in 1 }, 0)
    }
    func each(_ body: (_ asset: Int, _ value: Double, _ before: Double) -> Void) {
      for stretch in market.stretches {
        for date in 0..<stretch.moves.dates {
          for asset in 0..<count {
            let value = Double(stretch.moves[date, asset, index])
            let before = date > 0 ? Double(stretch.moves[date - 1, asset, index]) : .nan
            if !value.isNaN { body(asset, value, before) }
          }
        }
      }
    }
    var sums = [Double](repeating: 0, count: count)
    var counts = [Double](repeating: 0, count: count)
    each { asset, value, _ in
      sums[asset] += value
      counts[asset] += 1
    }
    let levels = sums.indices.map { sums[$0] / max(1, counts[$0]) }
    var (products, squares) = (0.0, 0.0)
    each { asset, value, before in
      guard !before.isNaN else { return }
      products += (value - levels[asset]) * (before - levels[asset])
      squares += (before - levels[asset]) * (before - levels[asset])
    }
    let persistence = min(0.95, max(0, products / max(1e-12, squares)))
    var open = [Double](repeating: 0, count: count)
    each { asset, value, before in
      let expected = before.isNaN ? 0 : persistence * (before - levels[asset])
      let innovation = value - levels[asset] - expected
      open[asset] += innovation * innovation
    }
    let pooled = open.reduce(0, +) / max(1, counts.reduce(0, +))
    let deviations = open.indices.map {
      max(1e-3, ((open[$0] + 5 * pooled) / (counts[$0] + 5)).squareRoot())
    }
    return (levels, deviations, persistence)
  }
}
