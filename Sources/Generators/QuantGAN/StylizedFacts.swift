import Foundation
import Market

/// What returns are known by: autocorrelations of r, |r| and r², the leverage effect, and their
/// distributions over several horizons.
///
/// Cont (2001), *Empirical Properties of Asset Returns: Stylized Facts and Statistical Issues*; the same
/// that Quant GANs are judged by. No pair of dates spans two sequences.
struct StylizedFacts: Sendable {
  /// Which deviations from which mean a correlation is of.
  enum Pooling: String, SpecChoice {
    /// Of all sequences together: what many short ones tell of the process.
    case together
    /// Of each sequence by itself, then averaged: what one long series shows. A single extreme day hides the
    /// clustering of squares in its own sequence only.
    case each
  }

  static let horizons = [1, 5, 20, 100]

  let lags: Int
  let pooling: Pooling
  /// Of r, |r| and r², lag 1 first; then corr(r_t, r²_{t+k}).
  let correlations: [[Double]]
  /// By horizon, sums of so many returns, sorted; empty where no sequence is that long.
  let sums: [[Double]]

  /// NaN counts as the mean, of |r| and r² too.
  init(_ sequences: [[Double]], lags: Int, pooling: Pooling = .together) {
    (self.lags, self.pooling) = (lags, pooling)
    let mean = Self.mean(sequences)
    switch pooling {
    case .together: correlations = Self.correlations(sequences, lags: lags)
    case .each:
      let days = Double(max(1, sequences.joined().count))
      correlations = sequences.reduce(Self.correlations([], lags: lags)) { sums, sequence in
        let share = Double(sequence.count) / days
        return zip(sums, Self.correlations([sequence], lags: lags)).map { sum, own in
          zip(sum, own).map { $0 + share * $1 }
        }
      }
    }
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

  /// Of what is known.
  private static func mean(_ sequences: [[Double]]) -> Double {
    var (sum, count) = (0.0, 0)
    for value in sequences.joined() where !value.isNaN { (sum, count) = (sum + value, count + 1) }
    return sum / Double(max(1, count))
  }

  /// Of all sequences together; 0 where nothing varies.
  private static func correlations(_ sequences: [[Double]], lags: Int) -> [[Double]] {
    func anomalies(_ values: [[Double]]) -> [[Double]] {
      let mean = mean(values)
      return values.map { $0.map { $0 - mean } }
    }
    let centred = anomalies(sequences)
    // A missing day is left at the mean of each part: its size is unknown, not small.
    func parts(_ part: (Double) -> Double) -> [[Double]] {
      anomalies(centred.map { $0.map(part) }).map { $0.map { $0.isNaN ? 0 : $0 } }
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
      parts { $0 }, parts { abs($0) }, parts { $0 * $0 }
    )
    return [
      correlation(returns, returns), correlation(sizes, sizes), correlation(squares, squares),
      correlation(returns, squares),
    ]
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
