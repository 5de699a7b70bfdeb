import Foundation
import Market
import Metrics

/// The state a market is in on a date, from what happened up to that date, or the one asked for.
public struct MarketCondition: Sendable, Equatable, Codable {
  public enum Regime: String, SpecChoice { case calm, normal, stress }

  public var regime: Regime
  /// Deviation of the market's daily log returns over the last 20 dates, `nil` for the regime's usual one.
  ///
  /// The market is the mean over its assets.
  public var volatility: Double?

  public init(regime: Regime, volatility: Double? = nil) {
    (self.regime, self.volatility) = (regime, volatility)
  }
}

/// Where calm ends and stress begins, learnt from training dates.
///
/// A date is in stress where trailing volatility is above its 80th percentile or the fall from the
/// highest level of the last 250 dates is beyond its 90th, calm where volatility is below its 40th and
/// the fall is not beyond its median, and normal otherwise. Unknown before 20 returns.
public struct RegimeThresholds: Sendable, Equatable, Codable {
  public static let volatilityDays = 20
  public static let drawdownDays = 250

  public var calmVolatility: Double
  public var stressVolatility: Double
  /// As positive logarithms: ln(peak / level).
  public var calmDrawdown: Double
  public var stressDrawdown: Double
  /// Of calm, normal and stress: the middle of the trailing volatilities that make each, so that a wilder
  /// regime has a higher one.
  public var usualVolatilities: [Double]

  static let regimes: [MarketCondition.Regime] = [.calm, .normal, .stress]

  public init(
    calmVolatility: Double, stressVolatility: Double, calmDrawdown: Double, stressDrawdown: Double,
    usualVolatilities: [Double]
  ) {
    (self.calmVolatility, self.stressVolatility) = (calmVolatility, stressVolatility)
    (self.calmDrawdown, self.stressDrawdown) = (calmDrawdown, stressDrawdown)
    self.usualVolatilities = usualVolatilities
  }

  /// Learns from several series of market returns, each unbroken.
  ///
  /// - Throws: `GeneratorError.tooShort` where none has 20 returns.
  public init(of series: [[Double]]) throws(GeneratorError) {
    let states = series.flatMap { Self.states(of: $0).compactMap { $0 } }
    guard !states.isEmpty else {
      throw .tooShort(
        longest: series.map(\.count).max() ?? 0, needed: Self.volatilityDays,
        for: "telling market regimes apart")
    }
    let (volatilities, drawdowns) = (
      states.map(\.volatility).sorted(), states.map(\.drawdown).sorted()
    )
    calmVolatility = Interval.quantile(0.4, ofSorted: volatilities)
    stressVolatility = Interval.quantile(0.8, ofSorted: volatilities)
    calmDrawdown = Interval.quantile(0.5, ofSorted: drawdowns)
    stressDrawdown = Interval.quantile(0.9, ofSorted: drawdowns)
    usualVolatilities = [0.2, 0.6, 0.9].map { Interval.quantile($0, ofSorted: volatilities) }
  }

  /// The trailing volatility that is usual in a regime.
  public func usualVolatility(in regime: MarketCondition.Regime) -> Double {
    zip(Self.regimes, usualVolatilities).first { $0.0 == regime }?.1 ?? stressVolatility
  }

  /// The condition after each return of an unbroken series; `nil` where too little went before.
  public func conditions(of returns: [Double]) -> [MarketCondition?] {
    Self.states(of: returns).map { state in
      state.map {
        MarketCondition(regime: regime($0.volatility, $0.drawdown), volatility: $0.volatility)
      }
    }
  }

  private func regime(_ volatility: Double, _ drawdown: Double) -> MarketCondition.Regime {
    if volatility > stressVolatility || drawdown > stressDrawdown { return .stress }
    if volatility < calmVolatility, drawdown <= calmDrawdown { return .calm }
    return .normal
  }

  /// Trailing volatility and drawdown after each return.
  static func states(of returns: [Double]) -> [(volatility: Double, drawdown: Double)?] {
    var level = 0.0
    var levels = [0.0]
    return returns.indices.map { index in
      level += returns[index].isFinite ? returns[index] : 0
      levels.append(level)
      guard index + 1 >= volatilityDays else { return nil }
      let recent = returns[index + 1 - volatilityDays...index].filter(\.isFinite)
      guard recent.count >= 2 else { return nil }
      let mean = recent.reduce(0, +) / Double(recent.count)
      let square = recent.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let peak = levels.suffix(drawdownDays + 1).max() ?? level
      return ((square / Double(recent.count - 1)).squareRoot(), peak - level)
    }
  }
}

extension MarketMoves {
  /// The market's log return of each date: the mean over assets whose return is known, else NaN.
  public var marketReturns: [Double] {
    guard let index = components.firstIndex(of: .logReturn) else { return [] }
    return (0..<dates).map { date in
      var (sum, count) = (0.0, 0)
      for asset in 0..<assets {
        let value = self[date, asset, index]
        if !value.isNaN { (sum, count) = (sum + Double(value), count + 1) }
      }
      return count > 0 ? sum / Double(count) : .nan
    }
  }
}
