import Foundation
import Market

extension MarketMoves {
  /// Each asset's distance from the market's return (and gap) times `factor`; the market stays.
  func dispersed(by factor: Double) -> MarketMoves {
    var stretched = self
    for component in [MarketComponent.logReturn, .gap] {
      guard let index = components.firstIndex(of: component) else { continue }
      for date in 0..<dates {
        var (sum, count) = (0.0, 0)
        for asset in 0..<assets where !self[date, asset, index].isNaN {
          (sum, count) = (sum + Double(self[date, asset, index]), count + 1)
        }
        let mean = sum / Double(Swift.max(1, count))
        for asset in 0..<assets {
          let value = Double(self[date, asset, index])
          stretched[date, asset, index] = Float(mean + factor * (value - mean))
        }
      }
    }
    return stretched
  }

  /// Dispersed so that the mean correlation is `target`, as near as dispersion takes it.
  ///
  /// The correlation falls as assets scatter more; the factor is found by bisection between e⁻⁴ and e⁴.
  func withMeanCorrelation(_ target: Double) -> MarketMoves {
    var (low, high) = (-4.0, 4.0)
    for _ in 0..<30 {
      let middle = (low + high) / 2
      let correlation = ScenarioStatistics.meanCorrelation(dispersed(by: exp(middle)))
      if correlation > target { low = middle } else { high = middle }
    }
    return dispersed(by: exp((low + high) / 2))
  }
}

extension Panel {
  /// Volumes multiplied so that their geometric mean against the usual ones is `target`.
  func withVolume(_ target: Double, start: StartingPoint) throws -> (Panel, reached: Double) {
    guard let field = fields.firstIndex(of: "volume") else { return (self, .nan) }
    func level(_ values: [Float]) -> Double {
      var (sum, count) = (0.0, 0)
      for cell in 0..<dates * assets {
        let value = Double(values[cell * fields.count + field])
        let usual = start.assets[cell % assets].usualVolume
        if value > 0 { (sum, count) = (sum + log(value / usual), count + 1) }
      }
      return count > 0 ? exp(sum / Double(count)) : .nan
    }
    let factor = Float(target / level(values))
    guard factor.isFinite else { return (self, .nan) }
    var scaled = values
    for cell in 0..<dates * assets { scaled[cell * fields.count + field] *= factor }
    return (
      try Panel(calendar: calendar, universe: universe, fields: fields, values: scaled),
      level(scaled)
    )
  }
}
