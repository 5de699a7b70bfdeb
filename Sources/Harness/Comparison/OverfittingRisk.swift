import Metrics

/// Whether the best long-short portfolio is more than the best of many tries.
///
/// Strategies are the models trained on real rows; returns are net of costs. On a combinatorial split
/// each backtest path is a history of its own.
public struct OverfittingRisk: Codable, Sendable, Equatable {
  /// The model of the highest Sharpe ratio.
  public let best: String
  public let strategies: Int
  public let paths: Int
  /// That its true Sharpe ratio is above 0, given how many were tried; the median over paths.
  public let deflatedSharpe: Double?
  /// How often the strategy that was best on one half of the dates was below average on the other.
  public let probabilityOfOverfitting: Double?

  enum CodingKeys: String, CodingKey {
    case best, strategies, paths, deflatedSharpe = "deflated_sharpe"
    case probabilityOfOverfitting = "probability_of_backtest_overfitting"
  }

  /// `nil` where fewer than two models have a portfolio.
  ///
  /// `replicates` holds those of each model, seed by seed, one for each path; `calendar` the dates of the returns.
  /// - Throws: Nothing that a number of models or dates could cause.
  init?(
    _ names: [String], _ replicates: [[DailyScores]], paths: Int, horizon: Int, calendar: [Int]
  ) throws {
    // A seed is no strategy that anybody chose: the returns of a path are the mean over seeds.
    let histories = (0..<paths).map { path in
      replicates.map { replicates in
        let seeds = stride(from: path, to: replicates.count, by: paths).map { replicates[$0] }
        return Self.netReturns(of: seeds, on: calendar)
      }
    }
    let ratios = names.indices.map { model -> Double in
      let known = histories.compactMap {
        SharpeEstimate(returns: $0[model], horizon: horizon)?.ratio
      }
      return known.isEmpty ? -.infinity : known.reduce(0, +) / Double(known.count)
    }
    guard ratios.count(where: { $0.isFinite }) > 1,
      let best = ratios.indices.max(by: { ratios[$0] < ratios[$1] })
    else { return nil }
    let deflated = DeflatedSharpe.over(paths: histories, chosen: best, horizon: horizon)
      .compactMap { $0?.probability }.sorted()
    self.best = names[best]
    self.paths = paths
    strategies = ratios.count { $0.isFinite }
    deflatedSharpe = deflated.isEmpty ? nil : Interval.quantile(0.5, ofSorted: deflated)
    probabilityOfOverfitting = try BacktestOverfitting(paths: histories)?.probability
  }

  private static func netReturns(of seeds: [DailyScores], on calendar: [Int]) -> [Double] {
    let columns = seeds.map { seed in
      Dictionary(uniqueKeysWithValues: zip(seed.dates, seed.longShortReturns(afterCosts: true)))
    }
    return calendar.map { date in
      let known = columns.compactMap { $0[date] }.filter(\.isFinite)
      return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
    }
  }
}
