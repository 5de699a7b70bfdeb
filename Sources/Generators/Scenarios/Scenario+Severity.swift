import Foundation
import Market

/// The numbers a scenario asks for at a severity, in a given market.
public struct ScenarioTargets: Sendable, Equatable {
  /// One a phase; empty where none is asked for.
  public var volatilities: [Double]
  public var drawdown: Double?
  public var drift: Double?
  public var correlation: Double?
  public var volume: Double?
}

extension Scenario {
  /// Targets between what is usual in the market (severity 0) and the scenario (1), or beyond.
  ///
  /// Each quantity moves in a straight line on a scale of its own: volatilities above the usual as they
  /// are and those below it in logarithms, the drawdown as the loss ln(1/(1 − d)), the return in
  /// logarithms, the correlation as Fisher's z, volume in logarithms. So each is monotone in severity, and
  /// none leaves its range. At least as much of the fall is made up again as in the scenario: an end that
  /// went on to the deepest point would leave no room for the days' own ups and downs.
  func targets(severity: Double, usual: ScenarioStatistics) -> ScenarioTargets {
    func between(_ own: Double, _ full: Double) -> Double { own + severity * (full - own) }
    let own = usual.volatilities[0]
    let volatilities = phases.map { phase in
      phase.volatility >= own
        ? between(own, phase.volatility) : own * pow(phase.volatility / own, severity)
    }
    var loss: Double?
    if let drawdown {
      let (ownLoss, full) = (-log1p(-usual.drawdown), -log1p(-drawdown))
      loss = full >= ownLoss ? between(ownLoss, full) : ownLoss * pow(full / ownLoss, severity)
    }
    var gain = drift.map { between(log1p(usual.drift), log1p($0)) }
    if let loss, let asked = gain, let drift, let drawdown, drift < 0 {
      gain = Swift.max(asked, -loss * log1p(drift) / log1p(-drawdown))
    }
    return ScenarioTargets(
      volatilities: volatilities, drawdown: loss.map { 1 - exp(-$0) },
      drift: gain.map { exp($0) - 1 },
      correlation: usual.correlation.isNaN
        ? nil
        : correlation.map { Swift.max(0, tanh(between(atanh(usual.correlation), atanh($0)))) },
      volume: volume.map { exp(severity * log($0)) })
  }
}
