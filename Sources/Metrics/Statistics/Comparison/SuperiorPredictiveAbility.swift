import Foundation

/// Whether any of several models beats the benchmark, given that the luckiest of many always seems to.
///
/// Hansen (2005), *A Test for Superior Predictive Ability*; with neither scaling nor the two smaller p
/// values it is White's (2000) *Reality Check for Data Snooping*.
public struct SuperiorPredictiveAbility: Sendable, Equatable {
  /// Largest mean advantage over the benchmark, in standard errors where the test is studentised.
  ///
  /// Where it is not above 0 nothing speaks for any model, and the p values are 1.
  public let statistic: Double
  /// The model that has it, as numbered in what was given.
  public let best: Int
  /// Treats models that do worse than the benchmark as truly so bad: a lower bound.
  public let lower: Double
  /// Leaves out of account models that do significantly worse: the one to report.
  public let consistent: Double
  /// Treats every model as no worse than the benchmark, as White did: an upper bound.
  public let upper: Double
  /// Dates that benchmark and models have.
  public let dates: Int

  /// Tests on the resampled dates that every other comparison is made on.
  ///
  /// Dates that one of them lacks are left out for all; a model that lacks half of them is no
  /// candidate. `nil` where that is the benchmark, without a candidate, with fewer than 3 dates in
  /// common, or where there are too few to resample.
  /// - Parameters:
  ///   - benchmark: One number a date of the calendar, NaN where undefined.
  ///   - models: The same of each candidate.
  ///   - better: Which way the numbers improve.
  ///   - resamples: Of the same calendar.
  ///   - isStudentised: Whether advantages are divided by their standard errors, as Hansen advises:
  ///     else the noisiest model rules the test.
  public init?(
    benchmark: [Double], models: [[Double]], better: Metric.Direction, resamples: Resamples,
    isStudentised: Bool = true
  ) {
    let common = CommonDates([benchmark] + models)
    guard
      common.count >= 3, common.models.first == 0, common.models.count > 1,
      resamples.isInformative
    else { return nil }
    let sign = better == .higherIsBetter ? 1.0 : -1
    func advantages(_ means: [Double]) -> [Double] {
      means.dropFirst().map { sign * ($0 - means[0]) }
    }
    guard let observed = common.means.map(advantages) else { return nil }
    let resampled = resamples.draws.compactMap { common.means(at: $0.places).map(advantages) }
    guard 2 * resampled.count > resamples.draws.count else { return nil }

    let rounding = 1e-12 * common.scale
    let errors = observed.indices.map { model in
      Moments(of: resampled.map { $0[model] }).populationDeviation
    }
    let scales = isStudentised ? errors : [Double](repeating: 1, count: errors.count)
    func scaled(_ value: Double, _ model: Int) -> Double {
      if scales[model] > rounding { return value / scales[model] }
      return abs(value) <= rounding ? 0 : value > 0 ? .infinity : -.infinity
    }
    let values = observed.indices.map { scaled(observed[$0], $0) }
    let winner = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    /// How often resampled advantages, less what is taken for true of each model, reach the best.
    func pValue(_ centre: (Int) -> Double) -> Double {
      guard values[winner] > 0 else { return 1 }
      let centres = observed.indices.map(centre)
      let reached = resampled.count { draw in
        draw.indices.contains { scaled(draw[$0] - centres[$0], $0) >= values[winner] }
      }
      return Double(reached) / Double(resampled.count)
    }
    // Further below the benchmark than the law of the iterated logarithm lets an equal model fall.
    let reach = (2 * log(log(Double(common.count)))).squareRoot()
    lower = pValue { max(0, observed[$0]) }
    consistent = pValue { observed[$0] >= -reach * errors[$0] ? observed[$0] : 0 }
    upper = pValue { observed[$0] }
    (statistic, best, dates) = (values[winner], common.models[winner + 1] - 1, common.count)
  }
}
