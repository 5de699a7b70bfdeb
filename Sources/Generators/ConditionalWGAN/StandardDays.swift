import Foundation
import Market

/// An unbroken stretch of a market on the scale of `MarketScale`; NaN where missing, date-major.
struct StandardDays {
  let dates: Int
  let assets: Int
  /// Date × asset: (r − μ) / √(β² G² + D²).
  private(set) var returns: [Float]
  /// Date × asset: what of the return's deviation is the market's, β G over the whole.
  private(set) var shares: [Float]
  /// Date × asset: u / D.
  private(set) var residuals: [Float]
  /// Date × asset × other component.
  private(set) var others: [Float]
  /// Date × `MarketScale.conditionWidth`: known before the date.
  private(set) var conditions: [Float] = []
  let states: [MarketScale.MarketState]

  /// - Complexity: O(dates × assets).
  init(_ moves: MarketMoves, _ scale: MarketScale) {
    let (dates, assets, width) = (moves.dates, moves.assets, moves.width - 1)
    (self.dates, self.assets) = (dates, assets)
    states = scale.marketStates(moves)
    returns = Array(repeating: .nan, count: dates * assets)
    shares = returns
    residuals = returns
    others = Array(repeating: .nan, count: dates * assets * width)
    for state in states {
      conditions += MarketScale.condition(
        relative: state.variance.squareRoot(), regime: state.regime)
    }
    for asset in 0..<assets {
      let (beta, own) = (scale.traits.betas[asset], scale.traits.deviations[asset])
      var memory = VolatilityFilter.longRun
      var volume = 0.0
      for date in 0..<dates {
        let state = states[date]
        let common = beta * scale.deviation * state.variance.squareRoot()
        let single =
          own * scale.ownFilter.variance(memory, outside: state.variance).squareRoot()
        let whole = (common * common + single * single).squareRoot()
        let cell = date * assets + asset
        let value = Double(moves[date, asset, 0]) - scale.drift
        let residual = value - beta * state.innovation * scale.deviation
        returns[cell] = Self.limited(value / whole)
        residuals[cell] = Self.limited(residual / single)
        shares[cell] = Float(common / whole)
        VolatilityFilter.remember(residual / own, in: &memory)
        for index in 0..<width {
          var other = Double(moves[date, asset, index + 1])
          if scale.components[index + 1] == .logVolume {
            let level = scale.traits.volumeLevels[asset]
            let expected = scale.traits.volumePersistence * volume
            volume = other.isNaN ? 0 : other - level
            other = (other - level - expected) / scale.traits.volumeDeviations[asset]
          } else {
            other /= whole * scale.componentScales[index]
          }
          others[cell * width + index] = Self.limited(other)
        }
      }
    }
  }

  private static func limited(_ value: Double) -> Float {
    value.isNaN ? .nan : Float(min(MarketScale.farthest, max(-MarketScale.farthest, value)))
  }
}
