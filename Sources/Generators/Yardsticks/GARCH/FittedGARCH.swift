import Datasets
import Foundation
import Market
import Synchronization

/// Sets out from the variances that the last training day left.
///
/// Shared noise is the market's: its normal becomes Student's t by quantiles, so that a tilt scales
/// and shifts as it would for normal innovations. Residuals come from the path's own streams.
final class FittedGARCH: FittedGenerator {
  /// Days over which a condition's volatility is measured.
  static let conditionDays = RegimeThresholds.volatilityDays

  let market: FittedMarket
  let parts: GARCHParts
  private let hyperparameters: GARCH.Hyperparameters
  private let cut = Mutex(0)

  init(market: FittedMarket, hyperparameters: GARCH.Hyperparameters, parts: GARCHParts) {
    (self.market, self.parts, self.hyperparameters) = (market, parts, hyperparameters)
  }

  func parameters() throws -> StoredParameters { parts.stored() }

  /// The market's model in percent, as is usual; and on how many days of all samples so far a
  /// shock, of the market or of an asset, was cut.
  var notes: [String: Double] {
    let model = parts.factor.model
    var notes = [
      "mean": 100 * model.mean, "omega": 10_000 * model.omega, "alpha": model.alpha,
      "gamma": model.gamma, "beta": model.beta, "persistence": model.persistence,
      "log_likelihood": parts.logLikelihood, "still_assets": Double(parts.still),
      "cut_days": Double(cut.withLock { $0 }),
    ]
    notes["degrees"] = model.degrees
    return notes
  }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    try request.validate()
    let models =
      request.assets == .fitted
      ? Array(0..<market.universe.count) : market.newAssetModels(request)
    var cuts = 0
    let factor = factorPath(request, path: path, cuts: &cuts)
    let residuals = residualPaths(request, path: path, models: models, cuts: &cuts)
    cut.withLock { $0 += cuts }

    let (days, assets, width) = (request.days, models.count, market.components.count)
    let seeds = request.seeds(path: path)
    let returnIndex = market.components.firstIndex(of: .logReturn) ?? 0
    var values = [Float](repeating: 0, count: days * assets * width)
    for (asset, model) in models.enumerated() {
      let own = parts.assets[model]
      let mean = own.intercept + own.slope * parts.factor.model.mean
      var stream = seeds.stream("companions", "\(asset)")
      for day in 0..<days {
        let move = own.slope * factor[day].shock + (residuals?.shocks[day * assets + asset] ?? 0)
        let start = (day * assets + asset) * width
        values[start + returnIndex] = Float(mean + move)
        guard width > 1 else { continue }
        let expected = own.slope * factor[day].deviation
        let idle = residuals?.deviations[day * assets + asset] ?? 0
        let deviation = (expected * expected + idle * idle).squareRoot()
        let others = parts.companions[model].draw(
          near: deviation > 0 ? move / deviation : 0, deviation: deviation, from: &stream)
        let places = (start..<start + width).filter { $0 != start + returnIndex }
        for (place, value) in zip(places, others) { values[place] = value }
      }
    }
    return MarketMoves(
      dates: days, assets: assets, components: market.components, values: values)
  }

  /// The market's shocks, and the deviations they were expected with.
  ///
  /// With conditions, each day is scaled by the condition's volatility over the root mean square of
  /// the model's deviations on the last 20 days made: the level follows the conditions, what
  /// happens within 20 days is the model's. The model itself does not see the scaling. A regime without
  /// a volatility changes nothing.
  private func factorPath(
    _ request: SampleRequest, path: Int, cuts: inout Int
  ) -> [(shock: Double, deviation: Double)] {
    var process = parts.factor
    let quantile = process.model.degrees.map(StudentT.init)
    let lead = hyperparameters.burnIn
    let noise = request.sharedNoise(path: path, lead: lead, width: 1)
    var days: [(shock: Double, deviation: Double)] = []
    days.reserveCapacity(request.days)
    var variances: [Double] = []
    for (index, normal) in noise.enumerated() {
      let score = Double(normal)
      let day = process.step(innovation: quantile?.quantile(normalScore: score) ?? score)
      variances.append(day.deviation * day.deviation)
      guard index >= lead else { continue }
      if day.isCut { cuts += 1 }
      var scale = 1.0
      if let volatility = request.conditions?[index - lead].volatility {
        let recent = variances.suffix(Self.conditionDays)
        let level = (recent.reduce(0, +) / Double(recent.count)).squareRoot()
        scale = volatility / level
      }
      days.append((day.shock * scale, day.deviation * scale))
    }
    return days
  }

  /// Day × asset, or `nil` where the market is one asset.
  ///
  /// The mean over assets is taken out of each day's residuals, and what is left is made as wide as
  /// before: the market is their mean return, so that fitted residuals add up to nothing.
  private func residualPaths(
    _ request: SampleRequest, path: Int, models: [Int], cuts: inout Int
  ) -> (shocks: [Double], deviations: [Double])? {
    guard market.universe.count > 1 else { return nil }
    let (days, count, lead) = (request.days, models.count, hyperparameters.burnIn)
    let seeds = request.seeds(path: path)
    var shocks = [Double](repeating: 0, count: days * count)
    var deviations = shocks
    for (asset, model) in models.enumerated() {
      guard var process = parts.assets[model].residual else { continue }
      let tails = process.model.degrees.map(StudentT.init)
      var stream = seeds.stream("residual", "\(asset)")
      for index in 0..<lead + days {
        let day = process.step(innovation: tails?.draw(&stream) ?? stream.normal())
        guard index >= lead else { continue }
        if day.isCut { cuts += 1 }
        let place = (index - lead) * count + asset
        (shocks[place], deviations[place]) = (day.shock, day.deviation)
      }
    }
    guard count > 1 else { return (shocks, deviations) }
    let widening = (Double(count) / Double(count - 1)).squareRoot()
    for day in 0..<days {
      let row = day * count..<(day + 1) * count
      let mean = shocks[row].reduce(0, +) / Double(count)
      for place in row { shocks[place] = (shocks[place] - mean) * widening }
    }
    return (shocks, deviations)
  }
}
