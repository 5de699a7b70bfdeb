import Foundation
import Torch

/// What returns are known by: autocorrelations of r, |r| and r², the leverage effect, and their
/// distributions over several horizons.
///
/// Cont (2001), *Empirical Properties of Asset Returns: Stylized Facts and Statistical Issues*; the same
/// that Quant GANs are judged by. Sequences are pooled: no pair of dates spans two of them.
struct StylizedFacts: Sendable {
  static let horizons = [1, 5, 20, 100]

  let lags: Int
  /// Of r, |r| and r², lag 1 first; then corr(r_t, r²_{t+k}).
  let correlations: [[Double]]
  /// By horizon, sums of so many returns, sorted; empty where no sequence is that long.
  let sums: [[Double]]

  /// NaN counts as the mean.
  init(_ sequences: [[Double]], lags: Int) {
    self.lags = lags
    let known = sequences.joined().filter { !$0.isNaN }
    let mean = known.reduce(0, +) / Double(max(1, known.count))
    let centred = sequences.map { $0.map { $0.isNaN ? 0 : $0 - mean } }
    func anomalies(_ part: (Double) -> Double) -> [[Double]] {
      let values = centred.map { $0.map(part) }
      let mean = values.joined().reduce(0, +) / Double(max(1, values.joined().count))
      return values.map { $0.map { $0 - mean } }
    }
    func correlation(_ first: [[Double]], _ second: [[Double]]) -> [Double] {
      func square(_ values: [[Double]]) -> Double { values.joined().reduce(0) { $0 + $1 * $1 } }
      let scale = (square(first) * square(second)).squareRoot()
      return (1...max(1, lags)).map { lag in
        var sum = 0.0
        for (a, b) in zip(first, second) where a.count > lag {
          for index in lag..<a.count { sum += a[index - lag] * b[index] }
        }
        return scale > 0 ? sum / scale : 0
      }
    }
    let (returns, sizes, squares) = (
      anomalies { $0 }, anomalies { abs($0) }, anomalies { $0 * $0 }
    )
    correlations = [
      correlation(returns, returns), correlation(sizes, sizes), correlation(squares, squares),
      correlation(returns, squares),
    ]
    sums = Self.horizons.map { horizon in
      sequences.flatMap { sequence -> [Double] in
        guard sequence.count >= horizon else { return [] }
        var total = 0.0
        var sums: [Double] = []
        for (index, value) in sequence.enumerated() {
          total += value.isNaN ? mean : value
          if index >= horizon {
            let gone = sequence[index - horizon]
            total -= gone.isNaN ? mean : gone
          }
          if index >= horizon - 1 { sums.append(total) }
        }
        return sums
      }.sorted()
    }
  }

  /// How far other facts are from these: norms of the differences of correlations, and Wasserstein
  /// distances of sums over the deviation of these, added up.
  func distance(to other: StylizedFacts) -> Double {
    var total = 0.0
    for (a, b) in zip(correlations, other.correlations) {
      total += zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    for (a, b) in zip(sums, other.sums) where a.count > 1 && b.count > 1 {
      let (mean, count) = (a.reduce(0, +) / Double(a.count), 500)
      let deviation = (a.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(a.count))
        .squareRoot()
      let gaps = (0..<count).reduce(0.0) { sum, index in
        let level = (Double(index) + 0.5) / Double(count)
        return sum + abs(quantile(a, level) - quantile(b, level))
      }
      if deviation > 0 { total += gaps / Double(count) / deviation }
    }
    return total
  }
}

/// The distance of a batch of paths from stylized facts, with a graph.
struct StylizedFactsLoss {
  let facts: StylizedFacts
  private let targets: [Tensor]

  init(_ facts: StylizedFacts, device: Device) throws {
    self.facts = facts
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
    let lags = facts.lags
    func anomalies(_ values: Tensor) throws -> Tensor { try values - values.mean() }
    /// [lags, batch, days − lags]: the values `lag` days earlier, for lag 1 and on.
    func earlier(_ values: Tensor) throws -> Tensor {
      try .stacked(
        (1...lags).map { try values.narrowed(1, from: lags - $0, length: days - lags) })
    }
    func correlation(_ first: Tensor, _ second: Tensor) throws -> Tensor {
      let later = try second.narrowed(1, from: lags, length: days - lags)
      let scale = try (first.square().mean() * second.square().mean() + 1e-12).sqrt()
      return try (earlier(first) * later.unsqueezed(0)).mean(1, 2) / scale
    }
    let centred = try anomalies(returns)
    let (sizes, squares) = (try anomalies(centred.abs()), try anomalies(centred.square()))
    var loss = try (correlation(centred, centred) - targets[0]).square().sum()
    loss = try loss + (correlation(sizes, sizes) - targets[1]).square().sum()
    loss = try loss + (correlation(squares, squares) - targets[2]).square().sum()
    loss = try loss + (correlation(centred, squares) - targets[3]).square().sum()
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
