import Foundation

/// Skewness and excess kurtosis of the innovations on training dates: where the generator sets out from.
///
/// A normal times e^(κm), m normal too, has an excess kurtosis of 3 (e^(4κ²) − 1); with −λm beside it
/// its skewness is about −6 λκ e^(−κ²). What training makes of κ and λ is the networks' affair.
struct TailShape: Sendable, Equatable {
  var marketWidth: Double
  var marketShift: Double
  /// Of residual factors: that of the middle asset.
  var factorWidth: Double

  static let mostKurtosis = 60.0
  /// Days after which an asset's own kurtosis counts for as much as that of the middle one.
  static let drawnDays = 100.0

  init(marketWidth: Double = 0, marketShift: Double = 0, factorWidth: Double = 0) {
    (self.marketWidth, self.marketShift) = (marketWidth, marketShift)
    self.factorWidth = factorWidth
  }

  init(of stretches: [StandardDays], _ traits: StaticTraits) {
    let market = Self.moments(
      stretches.flatMap { days in
        days.states.map { $0.innovation / $0.variance.squareRoot() }
      })
    marketWidth = Self.width(market.kurtosis)
    marketShift =
      marketWidth > 0.05
      ? min(0.4, max(-0.4, -market.skewness * exp(marketWidth * marketWidth) / (6 * marketWidth)))
      : 0
    let widths = traits.tailWidths.sorted()
    factorWidth = widths.isEmpty ? 0 : widths[widths.count / 2]
  }

  /// κ of each asset's own innovations, drawn to that of the middle asset where days are few.
  ///
  /// What loadings leave to an asset has its kurtosis diluted by what they do not.
  static func ownWidths(of stretches: [StandardDays], _ traits: StaticTraits) -> [Double] {
    let found = traits.betas.indices.map { asset in
      let residuals = stretches.flatMap { days in
        (0..<days.dates).map { Double(days.residuals[$0 * days.assets + asset]) }
      }
      let single = 1 - traits.loadings[asset].reduce(0) { $0 + $1 * $1 }
      return (
        width: width(moments(residuals).kurtosis / max(0.25, single * single)),
        days: Double(residuals.count { !$0.isNaN })
      )
    }
    let sorted = found.map(\.width).sorted()
    let middle = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    return found.map { ($0.width * $0.days + middle * drawnDays) / ($0.days + drawnDays) }
  }

  static func width(_ kurtosis: Double) -> Double {
    (log1p(max(0, min(mostKurtosis, kurtosis)) / 3) / 4).squareRoot()
  }

  /// NaN are passed over; 0 and 0 for values that do not move.
  private static func moments(_ values: [Double]) -> (skewness: Double, kurtosis: Double) {
    let known = values.filter { !$0.isNaN }
    let count = Double(max(1, known.count))
    let mean = known.reduce(0, +) / count
    let square = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    guard square > 1e-12 else { return (0, 0) }
    let scaled = known.map { ($0 - mean) / square.squareRoot() }
    return (
      scaled.reduce(0) { $0 + $1 * $1 * $1 } / count,
      scaled.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count - 3
    )
  }
}
