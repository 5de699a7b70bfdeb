import Foundation
import Market

/// How the shared noise of a draw is bent, corrected step by step.
struct Bend {
  /// One a phase: logarithm of the noise's scale.
  private var scales: [Double]
  /// In units of the unscaled noise.
  private var fallShift = 0.0
  private var otherShift = 0.0

  init(phases: Int) { scales = Array(repeating: 0, count: phases) }

  func tilt(phases: [Range<Int>], fall: Range<Int>, days: Int) -> NoiseTilt {
    var tilt = NoiseTilt(
      shift: Array(repeating: Float(otherShift), count: days),
      scale: Array(repeating: 1, count: days))
    for day in fall where day < days { tilt.shift[day] = Float(fallShift) }
    for (phase, scale) in zip(phases, scales) {
      for day in phase where day < days { tilt.scale[day] = Float(exp(scale)) }
    }
    return tilt
  }

  /// One step of a fixed-point search: scales by what volatility lacks, shifts by what is missing
  /// of the fall and of the end, in days of one unit of noise.
  mutating func correct(
    towards targets: ScenarioTargets, from now: ScenarioStatistics, fallDays: Int, otherDays: Int
  ) {
    func limited(_ value: Double, _ most: Double) -> Double { min(most, max(-most, value)) }
    // What a unit of noise does to a day's return: its deviation, at the scale it had.
    var unit = 0.0
    for (index, volatility) in now.volatilities.enumerated() {
      unit += volatility / 252.0.squareRoot() / exp(scales[index]) / Double(scales.count)
    }
    unit = max(unit, 1e-5)
    for (index, target) in targets.volatilities.enumerated() {
      let ratio = target / max(1e-6, now.volatilities[index])
      scales[index] = limited(scales[index] + 0.8 * limited(log(ratio), 0.8), 4)
    }
    if let drawdown = targets.drawdown {
      let missing = log1p(-min(0.999, now.drawdown)) - log1p(-drawdown)
      fallShift = limited(
        fallShift - 0.8 * limited(missing / (Double(fallDays) * unit), 2), 30)
    }
    if let drift = targets.drift {
      let missing = log1p(drift) - log1p(max(-0.999, now.drift))
      // Where there is a drawdown to meet, the fall is its business.
      if targets.drawdown == nil {
        let days = Double(fallDays + otherDays)
        fallShift = limited(fallShift + 0.8 * limited(missing / (days * unit), 2), 30)
      }
      let days = Double(targets.drawdown == nil ? fallDays + otherDays : max(1, otherDays))
      otherShift = limited(otherShift + 0.8 * limited(missing / (days * unit), 2), 30)
    }
  }
}
