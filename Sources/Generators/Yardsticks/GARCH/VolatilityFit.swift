import Foundation

/// A volatility model of maximum likelihood.
struct VolatilityFit: Sendable, Equatable {
  /// With fewer known returns no dynamics are estimated.
  static let fewestReturns = 50

  var model: VolatilityModel
  /// In the units of the series; the constant included.
  var logLikelihood: Double
  /// Of the search that ended highest.
  var iterations: Int

  /// Searches from the best of a grid at each of three levels of persistence, and keeps the
  /// highest.
  ///
  /// A series of mean 0 by construction keeps it. One with fewer than 50 known returns, or that
  /// does not vary, has a constant variance. About 200 passes over the series.
  init(
    _ series: ReturnSeries, hasMean: Bool, hasLeverage: Bool, isNormal: Bool
  ) {
    let scale = series.deviation
    guard series.known >= Self.fewestReturns, scale > 1e-9 else {
      self.init(constant: series, isNormal: isNormal)
      return
    }
    let scaled = series.divided(by: scale)
    let likelihood = VolatilityLikelihood(scaled, isNormal: isNormal)
    let coordinates = VolatilityCoordinates(
      hasMean: hasMean, hasLeverage: hasLeverage, isNormal: isNormal)
    let count = Double(series.known)
    let minima = Self.levels.map { level in
      let starts = Self.grid(at: level, mean: scaled.mean, hasLeverage: hasLeverage)
      let values = starts.map { likelihood.value(at: $0).sum }
      let best = values.indices.max { values[$0] < values[$1] } ?? 0
      return QuasiNewton().minimise(from: coordinates.point(starts[best])) { point in
        let found = likelihood.value(at: coordinates.coefficients(point))
        let gradient = coordinates.gradient(found.gradient, at: point)
        return (-found.sum / count, gradient.map { -$0 / count })
      }
    }
    guard let lowest = minima.filter({ $0.value.isFinite }).min(by: { $0.value < $1.value }) else {
      self.init(constant: series, isNormal: isNormal)
      return
    }
    let found = coordinates.coefficients(lowest.point)
    self.init(
      model: VolatilityModel(
        mean: found.mean * scale, omega: found.omega * scale * scale, alpha: found.rise,
        gamma: found.fall - found.rise, beta: found.beta,
        degrees: isNormal ? nil : found.degrees),
      logLikelihood: -lowest.value * count - count * log(scale), iterations: lowest.iterations)
  }

  private init(model: VolatilityModel, logLikelihood: Double, iterations: Int) {
    (self.model, self.logLikelihood, self.iterations) = (model, logLikelihood, iterations)
  }

  private init(constant series: ReturnSeries, isNormal: Bool) {
    let variance = max(series.deviation * series.deviation, 1e-18)
    self.init(
      model: VolatilityModel(
        mean: series.mean, omega: variance, alpha: 0, gamma: 0, beta: 0,
        degrees: isNormal ? nil : Self.usualDegrees),
      logLikelihood: .nan, iterations: 0)
  }

  static let levels = [0.6, 0.9, 0.98]
  /// Where the search begins, and what a series too short to tell has.
  static let usualDegrees = 8.0

  /// For a series of variance 1.
  private static func grid(
    at persistence: Double, mean: Double, hasLeverage: Bool
  ) -> [VolatilityLikelihood.Coefficients] {
    [0.02, 0.06, 0.15].flatMap { alpha in
      (hasLeverage ? [0.02, 0.1, 0.2] : [0]).map { gamma in
        VolatilityLikelihood.Coefficients(
          mean: mean, omega: 1 - persistence, rise: alpha, fall: alpha + gamma,
          beta: persistence - alpha - gamma / 2, degrees: usualDegrees)
      }
    }
  }
}
