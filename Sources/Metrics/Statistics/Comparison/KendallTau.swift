/// Kendall's τ-b: how far two orderings of the same things agree; 1 in all pairs, −1 in none.
///
/// (concordant − discordant pairs) / √(pairs not tied in x · pairs not tied in y). Kendall (1945),
/// *The Treatment of Ties in Ranking Problems*. Entries that are NaN on either side are left out;
/// `nil` where fewer than two are left or one side is all ties.
///
/// - Precondition: lists of equal length.
/// - Complexity: O(*n*²), meant for lists of models.
public func kendall(_ x: [Double], _ y: [Double]) -> Double? {
  precondition(x.count == y.count)
  let pairs = zip(x, y).filter { !$0.isNaN && !$1.isNaN }
  var (agreement, untiedX, untiedY) = (0, 0, 0)
  for (index, one) in pairs.enumerated() {
    for other in pairs[..<index] {
      let (signX, signY) = (order(one.0, other.0), order(one.1, other.1))
      agreement += signX * signY
      untiedX += abs(signX)
      untiedY += abs(signY)
    }
  }
  guard untiedX > 0, untiedY > 0 else { return nil }
  // The root of the product, so that an order against itself gives exactly 1.
  return Double(agreement) / (Double(untiedX) * Double(untiedY)).squareRoot()
}

private func order(_ a: Double, _ b: Double) -> Int { a > b ? 1 : a < b ? -1 : 0 }

/// Whether one set of scores orders the models as another does, with its uncertainty.
///
/// Do models trained on synthetic markets keep the order they have when trained on real ones? Noise
/// can only disturb an order, so resampled values of τ lie rather below the τ of the data, and near
/// 1 the interval may end short of it.
public struct RankAgreement: Sendable, Equatable {
  /// Kendall's τ-b.
  public let tau: Double
  /// `nil` where there is too little to resample.
  public let interval: Interval?
  /// How many models have a score in both sets.
  public let models: Int
}

extension Resamples {
  /// Agreement of two orderings of models by the means of their series over the calendar.
  ///
  /// Both sets are resampled on the same dates. A mean is taken over the dates on which a model is
  /// defined; models without one in both sets are left out. `nil` where τ is undefined.
  /// - Precondition: equally many models; one number a date of the calendar in each series.
  public func rankAgreement(of one: [[Double]], and other: [[Double]]) -> RankAgreement? {
    precondition((one + other).allSatisfy { $0.count == calendar.count }, "one number a date")
    return rankAgreement(of: one.map(SeriesMean.init), and: other.map(SeriesMean.init))
  }

  /// Agreement of two orderings of models by a metric, each the mean over its replicates.
  ///
  /// Dates and replicates are resampled as for `estimate`.
  /// - Precondition: equally many models.
  public func rankAgreement(
    _ metric: Metric, of one: [[DailyScores]], and other: [[DailyScores]]
  ) -> RankAgreement? {
    rankAgreement(
      of: one.map { MetricSample(metric, $0, calendar) },
      and: other.map { MetricSample(metric, $0, calendar) })
  }

  private func rankAgreement(
    of one: [some Resamplable], and other: [some Resamplable]
  ) -> RankAgreement? {
    let (x, y) = (one.map { $0.mean ?? .nan }, other.map { $0.mean ?? .nan })
    guard let tau = kendall(x, y) else { return nil }
    let interval = interval { draw in
      kendall(one.map { $0.mean(in: draw) ?? .nan }, other.map { $0.mean(in: draw) ?? .nan })
    }
    return RankAgreement(
      tau: tau, interval: interval, models: zip(x, y).count { !$0.isNaN && !$1.isNaN })
  }
}
