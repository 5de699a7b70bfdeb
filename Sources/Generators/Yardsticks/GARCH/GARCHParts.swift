import Foundation
import Market

/// What `GARCH` learns.
struct GARCHParts: Sendable, Equatable {
  struct Asset: Sendable, Equatable {
    var intercept: Double
    var slope: Double
    /// `nil` where the market is the asset itself.
    var residual: VolatilityProcess?
  }

  var factor: VolatilityProcess
  var assets: [Asset]
  /// One an asset; without days where the market has returns alone.
  var companions: [CompanionDays]
  /// Of the market's returns, in their own units.
  var logLikelihood: Double
  /// Assets too short, or too still, for dynamics of their own.
  var still: Int

  /// - Throws: `GeneratorError.tooShort` for a market without 50 returns in a row, `.emptyAsset`
  ///   for an asset without any.
  init(
    _ market: TrainingMarket, _ hyperparameters: GARCH.Hyperparameters,
    progress: (TrainingProgress) -> Void
  ) throws(GeneratorError) {
    let longest = market.stretches.map { $0.moves.dates - 1 }.max() ?? 0
    guard longest >= VolatilityFit.fewestReturns else {
      throw .tooShort(longest: longest, needed: VolatilityFit.fewestReturns, for: "'garch'")
    }
    let days = FactorDays(market)
    let isNormal = hyperparameters.innovations == .normal
    func fit(_ series: ReturnSeries, hasMean: Bool) -> VolatilityFit {
      VolatilityFit(
        series, hasMean: hasMean, hasLeverage: hyperparameters.leverage, isNormal: isNormal)
    }
    let series = ReturnSeries(days.market, stretches: days.stretches)
    let found = fit(series, hasMean: true)
    let (factorVariances, next) = found.model.filter(series, endingAt: days.market.count)
    factor = VolatilityProcess(found.model, variance: next, trainedOn: series)
    logLikelihood = found.logLikelihood
    (assets, companions, still) = ([], [], 0)
    for asset in 0..<market.universe.count {
      let returns = days.returns(of: asset)
      guard returns.contains(where: { !$0.isNaN }) else {
        throw .emptyAsset(market.universe.assets[asset], for: "'garch'")
      }
      var variances = factorVariances
      if market.universe.count == 1 {
        assets.append(Asset(intercept: 0, slope: 1, residual: nil))
      } else {
        let (intercept, slope) = Self.regression(of: returns, on: days.market)
        let residuals = zip(returns, days.market).map { $0 - intercept - slope * $1 }
        let series = ReturnSeries(residuals, stretches: days.stretches, isCentred: true)
        let found = fit(series, hasMean: false)
        if found.logLikelihood.isNaN { still += 1 }
        let (own, next) = found.model.filter(series, endingAt: residuals.count)
        assets.append(
          Asset(
            intercept: intercept, slope: slope,
            residual: VolatilityProcess(found.model, variance: next, trainedOn: series)))
        variances = zip(own, factorVariances).map { $0 + slope * slope * $1 }
      }
      let mean = assets[asset].intercept + assets[asset].slope * factor.model.mean
      companions.append(days.companions(of: asset, mean: mean, variances: variances))
      progress(TrainingProgress(step: asset + 1, steps: market.universe.count, losses: [:]))
    }
    lendCompanions()
  }

  init(
    factor: VolatilityProcess, assets: [Asset], companions: [CompanionDays],
    logLikelihood: Double, still: Int
  ) {
    (self.factor, self.assets, self.companions) = (factor, assets, companions)
    (self.logLikelihood, self.still) = (logLikelihood, still)
  }

  /// Least squares over rows where both are known; an asset of fewer than 50 returns, or a market
  /// that does not move, gives it the market's return and nothing else.
  static func regression(
    of returns: [Double], on market: [Double]
  ) -> (intercept: Double, slope: Double) {
    let rows = returns.indices.filter { !returns[$0].isNaN && !market[$0].isNaN }
    guard rows.count >= VolatilityFit.fewestReturns else { return (0, 1) }
    let count = Double(rows.count)
    let own = rows.reduce(0) { $0 + returns[$1] } / count
    let common = rows.reduce(0) { $0 + market[$1] } / count
    var (product, square) = (0.0, 0.0)
    for row in rows {
      product += (returns[row] - own) * (market[row] - common)
      square += (market[row] - common) * (market[row] - common)
    }
    guard square > 1e-18 * count else { return (0, 1) }
    return (own - product / square * common, product / square)
  }

  private mutating func lendCompanions() {
    let counts = companions.map(\.standardised.count)
    guard let most = counts.indices.max(by: { (counts[$0], -$0) < (counts[$1], -$1) }) else {
      return
    }
    for asset in counts.indices where counts[asset] < CompanionDays.fewest {
      companions[asset] = companions[most]
    }
  }
}

extension VolatilityProcess {
  /// Shocks may go 25 deviations of the series far.
  init(_ model: VolatilityModel, variance: Double, trainedOn series: ReturnSeries) {
    self.init(
      model, variance: variance,
      largestShock: Self.farthestShock * max(series.deviation, 1e-9))
  }
}
