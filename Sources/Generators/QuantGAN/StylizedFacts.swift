import Foundation

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
