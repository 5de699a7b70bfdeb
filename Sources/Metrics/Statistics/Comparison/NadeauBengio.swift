/// A paired test over folds whose training sets overlap: the corrected resampled t test.
///
/// Scores of folds that share most of their training dates vary less than independent ones would,
/// and a plain t test over them finds differences that are not there. Nadeau and Bengio (2003),
/// *Inference for the Generalization Error*; Bouckaert and Frank (2004) for repeated folds.
public struct NadeauBengio: Sendable, Equatable {
  public let meanDifference: Double
  public let statistic: Double
  /// Two-sided; t-distributed with one degree of freedom less than there are folds.
  public let pValue: Double
  /// Of the mean difference, at the stated confidence.
  public let interval: Interval
  public let folds: Int

  /// Tests one difference a fold (and repeat), NaN where undefined; these are left out.
  ///
  /// Differences that are all 0 give statistic 0 and p value 1. `nil` for fewer than two, and where
  /// all are the same number other than 0.
  /// - Parameters:
  ///   - differences: Score of one model less that of the other, in each fold.
  ///   - testShare: Tested over fitted rows of a fold, above 0: 1 / (*k* − 1) for *k* folds of which nothing is
  ///     held back, more where purge, embargo or validation take from the training rows.
  ///   - confidence: Of the interval, within (0, 1).
  public init?(differences: [Double], testShare: Double, confidence: Double = 0.95) {
    let moments = Moments(of: differences.map { $0.isFinite ? $0 : .nan })
    guard testShare > 0, testShare.isFinite, confidence > 0, confidence < 1 else { return nil }
    guard let deviation = moments.deviation else { return nil }
    (meanDifference, folds) = (moments.mean, moments.count)
    guard deviation > 0 else {
      guard moments.mean == 0 else { return nil }
      (statistic, pValue, interval) = (0, 1, Interval(low: 0, high: 0))
      return
    }
    let error = deviation * (1 / Double(moments.count) + testShare).squareRoot()
    let distribution = StudentTDistribution(degrees: Double(moments.count - 1))
    let reach = distribution.quantile((1 + confidence) / 2) * error
    statistic = moments.mean / error
    pValue = distribution.twoSided(statistic)
    interval = Interval(low: moments.mean - reach, high: moments.mean + reach)
  }
}
