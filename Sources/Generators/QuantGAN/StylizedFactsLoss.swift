import Torch

/// The distance of a batch of paths from stylized facts, with a graph.
///
/// A batch shows its facts with noise, and the square of a noisy gap is too large by the noise's variance: a loss
/// of such squares asks for less variable facts. The squares of heavy-tailed returns are so variable that this
/// would keep large days from clustering. With a memory, gaps are those of recent batches, and of this one only how to close
/// them is asked: nothing of its noise is in both. Without one, the variance of the squares'
/// correlations is taken off, as it shows between two halves of the batch, so that the product of their gaps is left.
struct StylizedFactsLoss {
  let facts: StylizedFacts
  private let pooling: StylizedFacts.Pooling
  private let targets: [Tensor]
  /// What gaps are measured by; `nil` for the batch itself.
  let recent: RecentFacts?

  /// Gaps are averaged over about `memory` batches; with 0 they are of the batch itself.
  init(_ facts: StylizedFacts, memory: Int = 0, device: Device) throws {
    (self.facts, pooling) = (facts, facts.pooling)
    recent = memory > 0 ? try RecentFacts(facts, batches: memory) : nil
    targets = try facts.correlations.map { values in
      try Tensor(values.map { Float($0) }, shape: [values.count], device: device)
    }
  }

  /// Of returns [batch, days]: squared differences of correlations, summed over lags, and squared
  /// differences of quantiles over the variance of sums, averaged; added up.
  ///
  /// Recent facts know the batch after it.
  ///
  /// - Precondition: more days than lags.
  func callAsFunction(_ returns: Tensor) throws -> Tensor {
    guard let recent else { return try distance(ofBatch: returns) }
    return try distance(ofBatch: returns, by: recent)
  }

  /// By what the batch shows itself.
  private func distance(ofBatch returns: Tensor) throws -> Tensor {
    var loss = try distance(ofCurves: parts(of: returns))
    let totals = try returns.cumulativeSum(1)
    for (horizon, wanted) in zip(StylizedFacts.horizons, facts.sums) {
      guard let made = try sums(returns, totals, horizon, wanted) else { continue }
      loss = try loss + SortedValues(made).distance(toQuantiles: wanted)
    }
    return loss
  }

  /// By what the batches before showed.
  private func distance(ofBatch returns: Tensor, by recent: RecentFacts) throws -> Tensor {
    let totals = try returns.cumulativeSum(1)
    let made = try zip(StylizedFacts.horizons, facts.sums).map { horizon, wanted in
      try sums(returns, totals, horizon, wanted)
    }
    let curves = try curves(of: parts(of: returns))
    let sorted = try made.map { try $0.map(SortedValues.init) }
    let batch = RecentFacts.Batch(
      curves: try curves.detached().floats(),
      shares: zip(sorted, recent.places).map { made, places in
        made.map { RecentFacts.shares($0.values, below: places) }
      })
    let known = try recent.known(beside: batch)
    try recent.take(batch)
    let gaps = zip(known.curves, facts.correlations.joined()).map { $0 - Float($1) }
    let gap = try Tensor(gaps, shape: [gaps.count], device: returns.device)
    // What it is worth is the gap's square, and its gradient the gap times twice the curves' own.
    var loss = try gap.square().sum() + ((curves - curves.detached()) * gap * 2).sum()
    for (index, wanted) in facts.sums.enumerated() {
      guard let made = sorted[index], let shares = known.shares[index] else { continue }
      let levels = RecentFacts.levels(
        made.values, wanted: recent.places[index], shares: shares)
      loss = try loss + made.distance(toQuantiles: wanted, at: levels)
    }
    return loss
  }

  /// Of so many returns, in one row; `nil` where there is nothing to compare.
  private func sums(
    _ returns: Tensor, _ totals: Tensor, _ horizon: Int, _ wanted: [Double]
  ) throws -> Tensor? {
    let days = returns.shape[1]
    guard wanted.count > 1 && horizon < days else { return nil }
    guard horizon > 1 else { return try returns.reshaped(-1) }
    return try
      (totals.narrowed(1, from: horizon, length: days - horizon)
      - totals.narrowed(1, from: 0, length: days - horizon)).reshaped(-1)
  }

  /// What correlations are of, [batch, days].
  private struct Parts {
    var returns: Tensor
    var sizes: Tensor
    var squares: Tensor
    var places: Tensor
  }

  private func parts(of returns: Tensor) throws -> Parts {
    let places = try places(returns)
    let centred = try anomalies(returns)
    return Parts(
      returns: centred, sizes: try anomalies(centred.abs()),
      squares: try anomalies(centred.square()), places: places)
  }

  /// The correlations as `facts` has them, one after the other.
  private func curves(of parts: Parts) throws -> Tensor {
    let past = try earlier(parts.returns, parts.places)
    let pastSquares = try earlier(parts.squares, parts.places)
    return try .concatenated([
      correlation(past, parts.returns, parts.returns),
      correlation(earlier(parts.sizes, parts.places), parts.sizes, parts.sizes),
      correlation(pastSquares, parts.squares, parts.squares),
      correlation(past, parts.returns, parts.squares),
    ])
  }

  /// The distance of the batch's own correlations.
  private func distance(ofCurves parts: Parts) throws -> Tensor {
    let past = try earlier(parts.returns, parts.places)
    let curves = [
      (0, try correlation(past, parts.returns, parts.returns)),
      (1, try correlation(earlier(parts.sizes, parts.places), parts.sizes, parts.sizes)),
      (3, try correlation(past, parts.returns, parts.squares)),
    ]
    var loss = try clustering(parts.squares, earlier(parts.squares, parts.places))
    for (index, curve) in curves { loss = try loss + (curve - targets[index]).square().sum() }
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
}
