import Foundation
import Testing

@testable import Metrics

/// Values from SciPy, statsmodels and NumPy: benchmarks/peers/scipy_comparison.py.
struct ComparisonGolden: Decodable {
  struct Distributions: Decodable {
    let tails, quantiles: [Double]
    let student, studentQuantiles, chiSquared, fisher, range, rangeQuantiles: [[Double]]
  }
  struct Adjustment: Decodable {
    let pValues, adjusted: [Double]
  }
  struct Orders: Decodable {
    let x, y: [Double]
    let tau: Double
  }
  struct Paired: Decodable {
    let candidate, baseline: [Double?]
    let draws: [[Int]]
    let point, low, high, standardError, detectable, twoSided: Double
    let tolerances, worse: [Double]
  }
  struct PairTest: Decodable {
    let differences: [Double?]
    let horizon: Int
    let isFlat: Bool
    let statistic, pValue: Double
  }
  struct Ranked: Decodable {
    let scores: [[Double]]
    let averageRanks: [Double]
    let friedman, pValue, imanDavenport, criticalDifference, firstAgainstLast: Double
  }
  struct Folds: Decodable {
    let differences: [Double]
    let testShare, statistic, pValue, low, high: Double
  }
  struct Sharpe: Decodable {
    let returns: [[Double]]
    let chosen: Int
    let ratio, skewness, kurtosis, threshold, probabilistic, deflated: Double
  }
  struct Overfitting: Decodable {
    let returns: [[Double]]
    let blocks: Int
    let performance: String
    let logits: [Double]
    let probability, loss, degradation: Double
  }
  let dieboldMariano: [PairTest]
  let friedman: [Ranked]
  let nadeauBengio: Folds
  let sharpe: Sharpe
  let overfitting: [Overfitting]
  let distributions: Distributions
  let holm: [Adjustment]
  let kendall: [Orders]
  let paired: Paired

  static func load() throws -> ComparisonGolden {
    try decode(ComparisonGolden.self, from: "comparison")
  }
}

/// Decodes a file of the `Goldens` folder.
func decode<Golden: Decodable>(_ type: Golden.Type, from name: String) throws -> Golden {
  let url = try #require(
    Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Goldens"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

/// NaN for `nil`.
func series(_ values: [Double?]) -> [Double] { values.map { $0 ?? .nan } }

extension Resamples {
  /// Resamples whose dates are given.
  init(places: [[Int]], dates: Int) {
    self.init(
      calendar: Array(0..<dates),
      draws: places.enumerated().map { Draw(places: $1, replicateSeed: UInt64($0)) },
      blockLength: 1, confidence: 0.95, isInformative: true)
  }
}
