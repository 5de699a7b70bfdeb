import Market
import Testing

@testable import Metrics

/// Rows given date by date; assets are numbered from 0 within each date.
func rows(
  dates: [Int]? = nil, predictions: [[Float]], outcomes: [[Float]], assets: [[Int]]? = nil
) -> ScoredRows {
  var keys: [SampleKey] = []
  for (position, section) in predictions.enumerated() {
    for index in section.indices {
      keys.append(
        SampleKey(
          date: dates?[position] ?? position, asset: assets?[position][index] ?? index))
    }
  }
  let flat = outcomes.flatMap { $0 }
  return ScoredRows(
    keys: keys, predictions: predictions.flatMap { $0 }, targets: flat, returns: flat)
}

func rules(horizon: Int = 1, quantile: Double = 0.1, cost: Double = 0) throws -> ScoringRules {
  ScoringRules(
    label: try LabelSpec(entryLag: 1, horizon: horizon),
    portfolio: try PortfolioSpec(quantile: quantile, costBasisPoints: cost))
}

func expectClose(
  _ value: Double?, _ expected: Double, relative: Double = 1e-9, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let value else {
    Issue.record("undefined, not \(expected)", sourceLocation: sourceLocation)
    return
  }
  #expect(
    abs(value - expected) <= relative * max(1e-3, abs(expected)),
    "\(value) is not \(expected) \(comment?.description ?? "")", sourceLocation: sourceLocation)
}

/// Scores whose IC on each date is given; a metric that is a plain mean is easily checked on them.
func scores(ic: [Double], dates: [Int]? = nil) throws -> DailyScores {
  DailyScores(dates: dates ?? Array(ic.indices), rules: try rules(), values: [.ic: ic])
}
