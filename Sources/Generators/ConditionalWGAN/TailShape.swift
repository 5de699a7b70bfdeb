import Foundation

/// Skewness and excess kurtosis of the innovations on training dates: where the generator sets out from.
///
/// A normal times e^(κm), m normal too, has an excess kurtosis of 3 (e^(4κ²) − 1); with −λm beside it
/// its skewness is about −6 λκ e^(−κ²). What training makes of κ and λ is the networks' affair.
struct TailShape: Sendable, Equatable {
  var marketWidth: Double
  var marketShift: Double
  var ownWidth: Double

  static let mostKurtosis = 30.0

  init(marketWidth: Double = 0, marketShift: Double = 0, ownWidth: Double = 0) {
    (self.marketWidth, self.marketShift) = (marketWidth, marketShift)
    self.ownWidth = ownWidth
  }

  /// What loadings leave to an asset has its kurtosis diluted by what they do not.
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
    let assets = stretches.first?.assets ?? 0
    let own = (0..<assets).map { asset in
      Self.moments(
        stretches.flatMap { days in
          (0..<days.dates).map { Double(days.residuals[$0 * assets + asset]) }
        }
      ).kurtosis
    }.sorted()
    let diluted = traits.loadings.reduce(0) { sum, row in
      let single = 1 - row.reduce(0) { $0 + $1 * $1 }
      return sum + single * single / Double(traits.loadings.count)
    }
    ownWidth = Self.width((own.isEmpty ? 0 : own[own.count / 2]) / max(0.25, diluted))
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
