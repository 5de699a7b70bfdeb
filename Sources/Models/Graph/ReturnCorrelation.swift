import Market
import Torch

/// Pearson's correlations between the daily returns of all assets, over training dates alone.
///
/// Returns are less the mean of their date, so that what moves the whole market joins nobody. A
/// return counts only where its date and the date before are both dates of the samples: none
/// reaches into the hole that a test block left. Each pair is correlated over the dates it shares.
struct ReturnCorrelation: Equatable {
  /// Dates that a pair must share; with fewer, its correlation is unknown.
  static let leastOverlap = 20

  let assets: Int
  /// Asset × asset, row-major; NaN where unknown, as where either return never varies.
  let values: [Double]

  init(of samples: Samples) throws {
    assets = samples.universe.count
    let (returns, known) = Self.returns(on: samples)
    let dates = assets > 0 ? returns.count / assets : 0
    guard dates >= Self.leastOverlap else {
      values = Array(repeating: .nan, count: assets * assets)
      return
    }
    let x = try Tensor(returns, shape: [dates, assets])
    let mask = try Tensor(known, shape: [dates, assets])
    // Sums over the dates that a pair shares; the sums of the column's side are the transposes.
    let count = try mask.transposed().matmul(mask).doubles()
    let sum = try x.transposed().matmul(mask).doubles()
    let square = try x.square().transposed().matmul(mask).doubles()
    let product = try x.transposed().matmul(x).doubles()
    let assets = assets
    values = (0..<assets * assets).map { cell in
      let mirror = cell % assets * assets + cell / assets
      let n = count[cell]
      guard n >= Double(Self.leastOverlap) else { return .nan }
      let left = square[cell] - sum[cell] * sum[cell] / n
      let right = square[mirror] - sum[mirror] * sum[mirror] / n
      // What is left of a return that never varies is rounding.
      guard left > 1e-12 * square[cell], right > 1e-12 * square[mirror] else { return .nan }
      return (product[cell] - sum[cell] * sum[mirror] / n) / (left * right).squareRoot()
    }
  }

  /// For each asset, the others that it correlates with most, at most `count`, in falling order.
  ///
  /// Equal correlations: the one that comes first in the universe.
  func nearest(_ count: Int) -> [[Int]] {
    (0..<assets).map { asset in
      let row = values[asset * assets..<(asset + 1) * assets]
      let others = row.enumerated().filter { $0.offset != asset && $0.element.isFinite }
      let sorted = others.sorted {
        $0.element != $1.element ? $0.element > $1.element : $0.offset < $1.offset
      }
      return sorted.prefix(count).map(\.offset)
    }
  }

  /// Date × asset, both: returns less their date's mean, 0 where unknown; and 1 where known.
  private static func returns(on samples: Samples) -> (returns: [Double], known: [Double]) {
    var (returns, known): ([Double], [Double]) = ([], [])
    var before: Int32?
    for range in samples.dateRanges {
      let date = samples.keys[range.lowerBound].date
      defer { before = date }
      guard before == date - 1 else { continue }
      let section = samples.crossSectionOfTrailingReturns(at: range.lowerBound, days: 1)
      let finite = section.filter(\.isFinite)
      let mean = finite.reduce(0.0) { $0 + Double($1) } / Double(max(1, finite.count))
      returns += section.map { $0.isFinite ? Double($0) - mean : 0 }
      known += section.map { $0.isFinite ? 1 : 0 }
    }
    return (returns, known)
  }
}
