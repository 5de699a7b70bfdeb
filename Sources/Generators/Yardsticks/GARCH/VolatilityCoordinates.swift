import Foundation

/// The coefficients of a volatility model as numbers without bounds, so that whatever a search
/// tries is a valid model: ω > 0, α ≥ 0, α + γ ≥ 0, β ≥ 0, persistence below 1, ν in (2.05, 500).
///
/// In this order: the mean (where it is free), the logarithm of the long-run variance, the logit of
/// persistence, logits of its shares, the logit of 1 / ν (where there is one).
struct VolatilityCoordinates {
  typealias Coefficients = VolatilityLikelihood.Coefficients

  static let highestPersistence = 0.9999
  static let degrees = 2.05...500

  let hasMean: Bool
  let hasLeverage: Bool
  let isNormal: Bool

  private var first: Int { hasMean ? 1 : 0 }
  private var shares: Int { hasLeverage ? 2 : 1 }
  private var inverseDegrees: (least: Double, most: Double) {
    (1 / Self.degrees.upperBound, 1 / Self.degrees.lowerBound)
  }

  /// Shares of persistence: of rises, of falls and of β; of shocks and of β without leverage.
  private func weights(_ point: [Double]) -> [Double] {
    let logits = point[first + 2..<first + 2 + shares] + [0]
    let highest = logits.max() ?? 0
    let exponentials = logits.map { exp($0 - highest) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  func coefficients(_ point: [Double]) -> Coefficients {
    let persistence = Self.highestPersistence * logistic(point[first + 1])
    let weights = weights(point)
    var result = Coefficients()
    result.mean = hasMean ? point[0] : 0
    result.omega = exp(point[first]) * (1 - persistence)
    result.rise = persistence * weights[0] * (hasLeverage ? 2 : 1)
    result.fall = hasLeverage ? 2 * persistence * weights[1] : result.rise
    result.beta = persistence * weights[weights.count - 1]
    if !isNormal {
      let (least, most) = inverseDegrees
      result.degrees = 1 / (least + (most - least) * logistic(point[first + 2 + shares]))
    }
    return result
  }

  /// The point of some coefficients inside the bounds.
  func point(_ coefficients: Coefficients) -> [Double] {
    let persistence = (coefficients.rise + coefficients.fall) / 2 + coefficients.beta
    var point = hasMean ? [coefficients.mean] : []
    point.append(log(coefficients.omega / (1 - persistence)))
    point.append(logit(persistence / Self.highestPersistence))
    let parts =
      hasLeverage ? [coefficients.rise / 2, coefficients.fall / 2] : [coefficients.rise]
    point += parts.map { log($0 / coefficients.beta) }
    if !isNormal {
      let (least, most) = inverseDegrees
      point.append(logit((1 / coefficients.degrees - least) / (most - least)))
    }
    return point
  }

  /// Derivatives by the coordinates, from those by the coefficients.
  func gradient(_ byCoefficients: Coefficients, at point: [Double]) -> [Double] {
    let share = logistic(point[first + 1])
    let persistence = Self.highestPersistence * share
    let weights = weights(point)
    let variance = exp(point[first])
    let g = byCoefficients
    // By each share of persistence, persistence held.
    let byWeight =
      hasLeverage
      ? [2 * persistence * g.rise, 2 * persistence * g.fall, persistence * g.beta]
      : [persistence * (g.rise + g.fall), persistence * g.beta]
    let mean = zip(byWeight, weights).reduce(0) { $0 + $1.0 * $1.1 }
    var result = hasMean ? [g.mean] : []
    result.append(g.omega * variance * (1 - persistence))
    result.append((mean / persistence - g.omega * variance) * persistence * (1 - share))
    result += (0..<shares).map { weights[$0] * (byWeight[$0] - mean) }
    if !isNormal {
      let (least, most) = inverseDegrees
      let place = logistic(point[first + 2 + shares])
      let degrees = 1 / (least + (most - least) * place)
      result.append(-g.degrees * degrees * degrees * (most - least) * place * (1 - place))
    }
    return result
  }
}

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
private func logit(_ p: Double) -> Double { log(p / (1 - p)) }
