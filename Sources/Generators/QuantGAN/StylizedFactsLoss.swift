import Torch

/// The distance of a batch of paths from stylized facts, with a graph.
///
/// A batch shows its facts with noise, and the square of a noisy gap is too large by the noise's variance: a loss
/// of such squares asks for less variable facts. The squares of heavy-tailed returns are so variable that this
/// would keep large days from clustering. Of their correlations the variance is therefore taken off, as it shows
/// between two halves of the batch, so that the product of their gaps is left.
struct StylizedFactsLoss {
  let facts: StylizedFacts
  private let pooling: StylizedFacts.Pooling
  private let targets: [Tensor]

  init(_ facts: StylizedFacts, device: Device) throws {
    (self.facts, pooling) = (facts, facts.pooling)
    targets = try facts.correlations.map { values in
      try Tensor(values.map { Float($0) }, shape: [values.count], device: device)
    }
  }

  /// Of returns [batch, days]: squared differences of correlations, summed over lags, and squared
  /// differences of quantiles over the variance of sums, averaged; added up.
  ///
  /// - Precondition: more days than lags.
  func callAsFunction(_ returns: Tensor) throws -> Tensor {
    let days = returns.shape[1]
    let places = try places(returns)
    let centred = try anomalies(returns)
    let (sizes, squares) = (try anomalies(centred.abs()), try anomalies(centred.square()))
    let past = try earlier(centred, places)
    let curves = [
      (0, try correlation(past, centred, centred)),
      (1, try correlation(earlier(sizes, places), sizes, sizes)),
      (3, try correlation(past, centred, squares)),
    ]
    var loss = try clustering(squares, earlier(squares, places))
    for (index, curve) in curves { loss = try loss + (curve - targets[index]).square().sum() }
    let totals = try returns.cumulativeSum(1)
    for (horizon, sums) in zip(StylizedFacts.horizons, facts.sums)
    where sums.count > 1 && horizon < days {
      let made =
        horizon == 1
        ? returns
        : try totals.narrowed(1, from: horizon, length: days - horizon)
          - totals.narrowed(1, from: 0, length: days - horizon)
      loss = try loss + quantileDistance(made.reshaped(-1), sums)
    }
    return loss
  }

  /// What is left of [batch, days] without the mean: of all paths, or of each.
  private func anomalies(_ values: Tensor) throws -> Tensor { try values - mean(values) }

  private func mean(_ values: Tensor) throws -> Tensor {
    switch pooling {
    case .together: try values.mean()
    case .each: try values.mean(1, keepDims: true)
    }
  }

  /// Where `earlier` finds its values among those of [batch, days].
  private func places(_ returns: Tensor) throws -> Tensor {
    let (batch, days, lags) = (returns.shape[0], returns.shape[1], facts.lags)
    var places: [Int] = []
    places.reserveCapacity(lags * batch * (days - lags))
    for lag in 1...lags {
      for path in 0..<batch { places += path * days + lags - lag..<(path + 1) * days - lag }
    }
    return try Tensor(indices: places, device: returns.device)
  }

  /// [lags, batch, days − lags]: the values `lag` days earlier, for lag 1 and on.
  ///
  /// One look-up, whose way back is one sum: a view for each lag would be as many nodes of the graph.
  private func earlier(_ values: Tensor, _ places: Tensor) throws -> Tensor {
    try values.reshaped(-1).indexSelected(0, places)
      .reshaped(facts.lags, values.shape[0], values.shape[1] - facts.lags)
  }

  /// By lag, of `past` as `earlier` gives it of `first`, with `second`; both are anomalies.
  private func correlation(_ past: Tensor, _ first: Tensor, _ second: Tensor) throws -> Tensor {
    let (days, lags) = (second.shape[1], facts.lags)
    let later = try second.narrowed(1, from: lags, length: days - lags)
    let scale = try (mean(first.square()) * mean(second.square()) + 1e-12).sqrt()
    let scaled = try later / scale
    return try (past * scaled.unsqueezed(0)).mean(1, 2)
  }

  /// Of the correlations of squares, with the variance taken off where there are two paths.
  private func clustering(_ squares: Tensor, _ past: Tensor) throws -> Tensor {
    let gap = try (correlation(past, squares, squares) - targets[2]).square().sum()
    let half = squares.shape[0] / 2
    guard half > 0 else { return gap }
    let curves = try [0, half].map { first in
      let part = try squares.narrowed(0, from: first, length: half)
      return try correlation(past.narrowed(1, from: first, length: half), part, part)
    }
    return try gap - ((curves[0] - curves[1]) * 0.5).square().sum()
  }

  /// The part of the loss that is of squares' correlations.
  func clustering(of returns: Tensor) throws -> Tensor {
    let squares = try anomalies(anomalies(returns).square())
    return try clustering(squares, earlier(squares, places(returns)))
  }

  /// Squared differences of sorted values and the quantiles they should be, over the variance of these.
  private func quantileDistance(_ values: Tensor, _ wanted: [Double]) throws -> Tensor {
    let made = try values.detached().floats()
    let order = made.indices.sorted { (made[$0], $0) < (made[$1], $1) }
    let mean = wanted.reduce(0, +) / Double(wanted.count)
    let variance =
      wanted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(wanted.count) + 1e-12
    var goals = [Float](repeating: 0, count: made.count)
    for (rank, index) in order.enumerated() {
      goals[index] = Float(quantile(wanted, (Double(rank) + 0.5) / Double(made.count)))
    }
    let target = try Tensor(goals, shape: [made.count], device: values.device)
    return try (values - target).square().mean() / variance
  }
}
