/// A metric, or the difference of two models in it, whose error counts both dates and training.
///
/// The standard error adds two parts. *Training*: how much the result moves when a fold is taken from
/// another seed, all else equal. *Dates*: how much it moves, for all seeds alike, when dates are
/// resampled in blocks. What single seeds do on single dates is already in the first part and is
/// not counted twice. The error is never less than what resampled dates alone show.
public struct SeededEstimate: Sendable, Equatable {
  /// Mean over seeds.
  public let point: Double
  /// `nil` where it cannot be had: too few dates, or a single seed of a model that depends on chance.
  public let standardError: Double?
  /// Of Student's t, by Satterthwaite's rule; means nothing without a standard error.
  public let degreesOfFreedom: Double

  public init(point: Double, standardError: Double?, degreesOfFreedom: Double) {
    self.point = point
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// One-sided: how likely so low an estimate is if the truth is `value`.
  public func pValue(below value: Double) -> Double? {
    guard let standardError else { return nil }
    guard standardError > 0 else { return point < value ? 0 : 1 }
    return StudentTDistribution(degrees: degreesOfFreedom)
      .probability(above: (value - point) / standardError)
  }

  /// One-sided: how likely so high an estimate is if the truth is `value`.
  public func pValue(above value: Double) -> Double? {
    SeededEstimate(
      point: -point, standardError: standardError, degreesOfFreedom: degreesOfFreedom
    ).pValue(below: -value)
  }

  /// One-sided, of being worse than no difference by more than `tolerance`, which is not negative.
  public func pValue(worseByMoreThan tolerance: Double, better: Metric.Direction) -> Double? {
    switch better {
    case .higherIsBetter: pValue(below: -tolerance)
    case .lowerIsBetter: pValue(above: tolerance)
    }
  }

  /// One-sided, of being better than no difference by more than `tolerance`.
  public func pValue(betterByMoreThan tolerance: Double, better: Metric.Direction) -> Double? {
    switch better {
    case .higherIsBetter: pValue(above: tolerance)
    case .lowerIsBetter: pValue(below: -tolerance)
    }
  }

  /// The central interval of this confidence, within (0, 1).
  public func interval(confidence: Double) -> Interval? {
    guard let standardError else { return nil }
    guard standardError > 0 else { return Interval(low: point, high: point) }
    let reach =
      StudentTDistribution(degrees: degreesOfFreedom).quantile((1 + confidence) / 2)
      * standardError
    return Interval(low: point - reach, high: point + reach)
  }

  /// The smallest true worsening beyond the tolerance that a test of size `level` finds so often.
  ///
  /// See `DetectableEffect` for how the error's own uncertainty is counted.
  public func minimalDetectableEffect(power: Double, level: Double) -> Double? {
    standardError.map {
      $0 == 0
        ? 0
        : $0
          * DetectableEffect(degreesOfFreedom: degreesOfFreedom)
          .standardErrors(power: power, level: level)
    }
  }
}
