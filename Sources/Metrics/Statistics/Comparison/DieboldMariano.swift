import Foundation

/// Whether two forecasts are equally accurate: Diebold and Mariano's test of one series of differences.
///
/// Diebold and Mariano (1995), *Comparing Predictive Accuracy*, with the small-sample correction of
/// Harvey, Leybourne and Newbold (1997), *Testing the Equality of Prediction Mean Squared Errors*.
public struct DieboldMariano: Sendable, Equatable {
  /// How covariances of neighbouring dates were weighed.
  public enum Kernel: String, Codable, Sendable {
    /// All alike up to *h* − 1 dates apart: right for forecasts *h* dates ahead.
    case rectangular
    /// Falling to 0 at *h* dates: for where the former gives no positive variance.
    case bartlett
  }

  /// Above 0 where the first of the two has the higher numbers.
  public let meanDifference: Double
  /// Corrected; t-distributed with one degree of freedom less than there are dates.
  public let statistic: Double
  /// Two-sided.
  public let pValue: Double
  /// Dates on which both are defined.
  public let dates: Int
  public let kernel: Kernel

  /// Tests differences in the order of their dates, NaN where either side is undefined.
  ///
  /// A date without a difference parts those before from those after; it adds to no covariance
  /// (Datta and Du 2012, *Nonparametric HAC Estimation for Time Series Data with Missing
  /// Observations*). Differences that are all 0 give statistic 0 and p value 1.
  ///
  /// `nil` for fewer than 3 differences, for no more of them than `horizon`, and where all are the
  /// same number other than 0.
  /// - Parameters:
  ///   - differences: One number a date: losses, or scores, of the first less those of the second.
  ///   - horizon: Dates over which successive labels overlap (the label's reach), at least 1.
  public init?(differences: [Double], horizon: Int) {
    let known = differences.filter(\.isFinite)
    guard let origin = known.first, known.count >= 3, horizon < known.count else { return nil }
    let (count, horizon) = (Double(known.count), max(1, horizon))
    // From the first on, so that equal numbers deviate by exactly 0.
    let shift = known.reduce(0) { $0 + ($1 - origin) } / count
    let deviations = differences.map { $0.isFinite ? $0 - origin - shift : 0 }
    let covariances = (0..<min(horizon, deviations.count)).map { lag in
      zip(deviations, deviations.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / count
    }
    meanDifference = origin + shift
    dates = known.count
    guard covariances[0] > 0 else {
      guard meanDifference == 0 else { return nil }
      (statistic, pValue, kernel) = (0, 1, .rectangular)
      return
    }
    let flat = covariances[0] + 2 * covariances.dropFirst().reduce(0, +)
    let falling = covariances.enumerated().dropFirst().reduce(covariances[0]) { sum, next in
      sum + 2 * (1 - Double(next.offset) / Double(horizon)) * next.element
    }
    kernel = flat > 0 ? .rectangular : .bartlett
    let variance = flat > 0 ? flat : falling
    guard variance > 0 else { return nil }
    statistic =
      Self.correction(dates: known.count, horizon: horizon) * meanDifference
      / (variance / count).squareRoot()
    pValue = StudentTDistribution(degrees: count - 1).twoSided(statistic)
  }

  /// Harvey, Leybourne and Newbold's factor √((*T* + 1 − 2*h* + *h*(*h* − 1)/*T*) / *T*).
  static func correction(dates: Int, horizon: Int) -> Double {
    let (count, reach) = (Double(dates), Double(horizon))
    return max(0, (count + 1 - 2 * reach + reach * (reach - 1) / count) / count).squareRoot()
  }

  private init(
    meanDifference: Double, statistic: Double, pValue: Double, dates: Int, kernel: Kernel
  ) {
    (self.meanDifference, self.statistic, self.pValue) = (meanDifference, statistic, pValue)
    (self.dates, self.kernel) = (dates, kernel)
  }

  /// The same test of the second against the first.
  var reversed: DieboldMariano {
    DieboldMariano(
      meanDifference: -meanDifference, statistic: -statistic, pValue: pValue, dates: dates,
      kernel: kernel)
  }
}
