/// Which models may, for all the data say, be the best one.
///
/// The worst model is thrown out as long as equal ability of all that are left can be rejected; what
/// stays contains the best with the stated confidence. Hansen, Lunde and Nason (2011), *The Model
/// Confidence Set*, Econometrica 79(2).
public struct ModelConfidenceSet: Sendable, Equatable {
  /// What equal ability is tested by.
  public enum Statistic: String, Codable, Sendable, CaseIterable {
    /// T_R: the largest standardised difference of two models.
    case range = "R"
    /// T_max: the largest standardised distance of a model from the mean of all.
    case maximum = "max"
  }

  /// The smallest level at which a model is thrown out; `nil` for one that lacks half of the dates.
  public let pValues: [Double?]
  /// Models in the order in which they are thrown out, worst first; the last one left is not in it.
  public let eliminationOrder: [Int]
  /// Dates that all these models have.
  public let dates: Int

  /// Models that are left when those of a p value up to `level` are thrown out.
  public func models(level: Double) -> [Int] {
    pValues.indices.filter { (pValues[$0] ?? -1) > level }
  }

  /// Tests on the resampled dates that every other comparison is made on.
  ///
  /// Dates that one of the models lacks are left out for all. `nil` without a model, with fewer than
  /// 3 dates in common, or where there are too few to resample. A single model has p value 1; models
  /// with the same numbers have the same p value.
  /// - Parameters:
  ///   - series: Of each model one number a date of the calendar, NaN where undefined.
  ///   - better: Which way the numbers improve.
  ///   - resamples: Of the same calendar.
  ///   - statistic: What equal ability is tested by.
  /// - Complexity: O(resamples · (dates · models + models³)).
  public init?(
    of series: [[Double]], better: Metric.Direction, resamples: Resamples,
    statistic: Statistic = .range
  ) {
    let common = CommonDates(series.map(better.losses))
    guard common.count >= 3, let means = common.means, resamples.isInformative else { return nil }
    let deviations = resamples.draws.compactMap { draw in
      common.means(at: draw.places).map { zip($0, means).map { $0 - $1 } }
    }
    guard 2 * deviations.count > resamples.draws.count else { return nil }
    let elimination = Elimination(means: means, deviations: deviations, scale: common.scale)
    var (left, order) = (Array(means.indices), [Int]())
    var (pValue, pValues) = (0.0, [Double?](repeating: nil, count: series.count))
    while left.count > 1 {
      let step = elimination.step(left, statistic)
      pValue = max(pValue, step.pValue)
      pValues[common.models[step.worst]] = pValue
      order.append(common.models[step.worst])
      left.removeAll { $0 == step.worst }
    }
    pValues[common.models[left[0]]] = 1
    (self.pValues, eliminationOrder, dates) = (pValues, order, common.count)
  }
}

/// One test after the other, all on the same resampled means.
private struct Elimination {
  /// Mean loss of each model.
  let means: [Double]
  /// For each resample, how far each model's mean lies from `means`.
  let deviations: [[Double]]
  /// Standard deviation of the difference of two models' resampled means.
  let spreads: [[Double]]
  /// What differs by less is equal but for rounding.
  let rounding: Double

  init(means: [Double], deviations: [[Double]], scale: Double) {
    (self.means, self.deviations, rounding) = (means, deviations, 1e-12 * scale)
    var squares = means.map { _ in [Double](repeating: 0, count: means.count) }
    for draw in deviations {
      for i in draw.indices {
        for j in 0..<i {
          let difference = draw[i] - draw[j]
          squares[i][j] += difference * difference
        }
      }
    }
    spreads = means.indices.map { i in
      means.indices.map { j in
        (squares[max(i, j)][min(i, j)] / Double(deviations.count)).squareRoot()
      }
    }
  }

  /// The model to throw out next, and the p value of all these being equally good.
  func step(
    _ left: [Int], _ statistic: ModelConfidenceSet.Statistic
  ) -> (worst: Int, pValue: Double) {
    switch statistic {
    case .range: rangeStep(left)
    case .maximum: maximumStep(left)
    }
  }

  private func rangeStep(_ left: [Int]) -> (worst: Int, pValue: Double) {
    var (worst, highest) = (left[0], -Double.infinity)
    for i in left {
      for j in left where i != j {
        let value = standardised(means[i] - means[j], spreads[i][j])
        if value > highest { (worst, highest) = (i, value) }
      }
    }
    let asHigh = deviations.count { draw in
      var largest = 0.0
      for (place, i) in left.enumerated() {
        for j in left[..<place] {
          largest = max(largest, abs(standardised(draw[i] - draw[j], spreads[i][j])))
        }
      }
      return largest >= highest
    }
    return (worst, Double(asHigh) / Double(deviations.count))
  }

  private func maximumStep(_ left: [Int]) -> (worst: Int, pValue: Double) {
    let observed = centred(means, left)
    let resampled = deviations.map { centred($0, left) }
    let spreads = left.indices.map { place in
      (resampled.reduce(0) { $0 + $1[place] * $1[place] } / Double(resampled.count)).squareRoot()
    }
    func statistics(_ values: [Double]) -> [Double] {
      zip(values, spreads).map(standardised)
    }
    let values = statistics(observed)
    let place = values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
    let asHigh = resampled.count { (statistics($0).max() ?? 0) >= values[place] }
    return (left[place], Double(asHigh) / Double(resampled.count))
  }

  private func centred(_ values: [Double], _ left: [Int]) -> [Double] {
    let mean = left.reduce(0) { $0 + values[$1] } / Double(left.count)
    return left.map { values[$0] - mean }
  }

  /// A difference that never varies is 0, or else beyond all bounds.
  private func standardised(_ difference: Double, _ spread: Double) -> Double {
    if spread > rounding { return difference / spread }
    return abs(difference) <= rounding ? 0 : difference > 0 ? .infinity : -.infinity
  }
}
