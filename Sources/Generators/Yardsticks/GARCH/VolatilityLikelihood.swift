import Foundation
import Metrics

/// The log-likelihood of a series under `VolatilityModel`, with its gradient.
///
/// The recursion begins anew in each segment, from ω + (α + γ/2 + β) × backcast. A missing return
/// adds nothing, and its expected square stands for its square.
struct VolatilityLikelihood {
  /// The model's parameters as the recursion uses them: α and α + γ for shocks of either sign.
  struct Coefficients: Equatable {
    var mean = 0.0
    var omega = 0.0
    var rise = 0.0
    var fall = 0.0
    var beta = 0.0
    /// Of Student's t; unused for normal innovations.
    var degrees = 0.0
  }

  let series: ReturnSeries
  let isNormal: Bool
  /// Below it a variance is held: a hundred-millionth of the series' own.
  private let floor: Double

  init(_ series: ReturnSeries, isNormal: Bool) {
    (self.series, self.isNormal) = (series, isNormal)
    floor = 1e-8 * series.deviation * series.deviation
  }

  /// The sum over known returns and its derivatives.
  func value(at p: Coefficients) -> (sum: Double, gradient: Coefficients) {
    let (nu, spread) = (p.degrees, p.degrees - 2)
    let persistence = (p.rise + p.fall) / 2 + p.beta
    var sum = 0.0
    var total = Coefficients()
    series.values.withUnsafeBufferPointer { values in
      for (segment, backcast) in zip(series.segments, series.backcasts) {
        var variance = p.omega + persistence * backcast
        // ∂σ²/∂ of each coefficient.
        var slope = Coefficients(
          omega: 1, rise: backcast / 2, fall: backcast / 2, beta: backcast)
        for row in segment {
          if variance < floor {
            variance = floor
            slope = Coefficients()
          }
          let value = values[row]
          guard !value.isNaN else {
            slope.mean *= persistence
            slope.omega = 1 + persistence * slope.omega
            slope.rise = variance / 2 + persistence * slope.rise
            slope.fall = variance / 2 + persistence * slope.fall
            slope.beta = variance + persistence * slope.beta
            variance = p.omega + persistence * variance
            continue
          }
          let shock = value - p.mean
          let square = shock * shock
          // ∂ of the day's log-likelihood by its variance and by the mean.
          let byVariance: Double
          let byMean: Double
          if isNormal {
            sum -= 0.5 * (log(variance) + square / variance)
            byVariance = 0.5 * (square / variance - 1) / variance
            byMean = shock / variance
          } else {
            let ratio = square / (variance * spread)
            let logarithm = log1p(ratio)
            sum -= 0.5 * (log(variance) + (nu + 1) * logarithm)
            let weight = (nu + 1) / (1 + ratio)
            byVariance = 0.5 * (weight * ratio - 1) / variance
            byMean = weight * shock / (variance * spread)
            total.degrees += 0.5 * (weight * ratio / spread - logarithm)
          }
          total.mean += byMean + byVariance * slope.mean
          total.omega += byVariance * slope.omega
          total.rise += byVariance * slope.rise
          total.fall += byVariance * slope.fall
          total.beta += byVariance * slope.beta
          let isFall = shock < 0
          let reaction = isFall ? p.fall : p.rise
          slope.mean = p.beta * slope.mean - 2 * reaction * shock
          slope.omega = 1 + p.beta * slope.omega
          slope.rise = p.beta * slope.rise + (isFall ? 0 : square)
          slope.fall = p.beta * slope.fall + (isFall ? square : 0)
          slope.beta = variance + p.beta * slope.beta
          variance = p.omega + reaction * square + p.beta * variance
        }
      }
    }
    let count = Double(series.known)
    if isNormal {
      sum -= 0.5 * count * log(2 * Double.pi)
    } else {
      sum +=
        count
        * (logGamma((nu + 1) / 2) - logGamma(nu / 2) - 0.5 * log(Double.pi * spread))
      total.degrees += count * 0.5 * (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / spread)
    }
    return (sum, total)
  }
}
