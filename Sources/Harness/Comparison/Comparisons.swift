import Foundation
import Market
import Metrics

/// Which differences in a leaderboard are more than luck: the content of `comparisons.json`.
///
/// Everything is judged on the resampled dates that the leaderboard's intervals come from. Holds nothing that
/// depends on time, machine or number of workers.
public struct Comparisons: Codable, Sendable, Equatable {
  /// The model confidence set: a model's p value, and whether it stays.
  public struct Member: Codable, Sendable, Equatable {
    public let name: String
    /// The smallest level at which it is thrown out; `nil` where it could not be compared.
    public let pValue: Double?
    public let isIn: Bool

    enum CodingKeys: String, CodingKey { case name, pValue = "p_value", isIn = "in_set" }
  }

  /// Average ranks over the folds, and how far apart they must lie.
  public struct Ranks: Codable, Sendable, Equatable {
    public struct Rank: Codable, Sendable, Equatable {
      public let name: String
      public let average: Double
    }

    public let blocks: Int
    public let criticalDifference: Double
    public let friedmanPValue: Double
    /// Best first.
    public let ranks: [Rank]
    /// Names of models that are not told apart, each list best first.
    public let groups: [[String]]

    enum CodingKeys: String, CodingKey {
      case blocks, criticalDifference = "critical_difference"
      case friedmanPValue = "friedman_p_value", ranks, groups
    }
  }

  /// Whether any model is better than the best yardstick, the luck of the best of many discounted
  /// (Hansen's test of superior predictive ability).
  public struct Superiority: Codable, Sendable, Equatable {
    /// The yardstick with the highest RankIC, the oracle apart.
    public let yardstick: String
    /// The model whose advantage is the largest in standard errors.
    public let best: String
    /// Models that were compared with it.
    public let models: Int
    public let pValue: Double

    enum CodingKeys: String, CodingKey { case yardstick, best, models, pValue = "p_value" }
  }

  public var schema = 1
  /// The metric whose daily values are compared.
  public let metric: String
  public let level: Double
  /// Every pair of models trained on real rows.
  public let pairs: [ModelPair]
  public let confidenceSet: [Member]
  /// `nil` without a yardstick whose RankIC is defined.
  public let superiority: Superiority?
  public let ranks: Ranks?
  public let overfitting: OverfittingRisk?
  public let generators: [GeneratorVerdict]

  enum CodingKeys: String, CodingKey {
    case schema, metric, level, pairs, confidenceSet = "confidence_set"
    case superiority, ranks, overfitting, generators
  }

  static let level = 0.05

  init(_ scored: [RowScorer.Scored], by scorer: RowScorer, verdicts: [GeneratorVerdict]) throws {
    let experiment = scorer.workbench.experiment
    let models = scored.filter {
      $0.row.trainingSource == "real" && $0.row.family != Oracle.id && $0.row.rankIC != nil
    }
    let names = models.map(\.row.name)
    let daily = models.map { scorer.resamples.series(.rankIC, of: $0.replicates) }
    let blocks = daily.map { scorer.blockMeans(of: $0) }
    metric = Metric.rankIC.id
    level = Self.level
    generators = verdicts
    pairs = ModelPair.all(
      names, daily: daily, horizon: experiment.label.reach,
      foldMeans: blocks, testShare: Self.testShare(scorer.workbench))
    let set = ModelConfidenceSet(
      of: daily, better: .higherIsBetter, resamples: scorer.resamples)
    confidenceSet =
      set.map { set in
        let kept = Set(set.models(level: Self.level))
        return names.indices.map {
          Member(name: names[$0], pValue: set.pValues[$0], isIn: kept.contains($0))
        }
      } ?? []
    superiority = Self.superiority(models.map(\.row), daily, scorer.resamples)
    ranks = Self.ranks(names, blocks)
    overfitting = try OverfittingRisk(
      names, models.map(\.replicates), paths: scorer.pathCount, horizon: experiment.label.horizon,
      calendar: scorer.resamples.calendar)
  }

  /// Tested dates over those that are fitted, the mean over folds; `nil` where the split has no such folds.
  ///
  /// Purge, embargo and validation take many dates from the *k* − 1 parts of *k* that are not tested. The groups of
  /// a combinatorial split are each tested by several fits, and the training sets of a walk forward lie in one
  /// another: the correction is made for neither.
  static func testShare(_ workbench: Workbench) -> Double? {
    guard workbench.experiment.split.kind == .purgedKFold else { return nil }
    let shares = workbench.folds.map { Double($0.test.count) / Double($0.train.count) }
    return shares.reduce(0, +) / Double(shares.count)
  }

  private static func superiority(
    _ rows: [LeaderboardRow], _ daily: [[Double]], _ resamples: Resamples
  ) -> Superiority? {
    let candidates = rows.indices.filter { !rows[$0].isYardstick }
    let yardsticks = rows.indices.filter { rows[$0].isYardstick }
    guard
      let yardstick = yardsticks.max(by: { (rows[$0].rankIC ?? 0) < (rows[$1].rankIC ?? 0) }),
      let test = SuperiorPredictiveAbility(
        benchmark: daily[yardstick], models: candidates.map { daily[$0] },
        better: .higherIsBetter, resamples: resamples)
    else { return nil }
    return Superiority(
      yardstick: rows[yardstick].name, best: rows[candidates[test.best]].name,
      models: candidates.count, pValue: test.consistent)
  }

  private static func ranks(_ names: [String], _ means: [[Double]]) -> Ranks? {
    guard let difference = CriticalDifference(of: means, better: .higherIsBetter, level: level)
    else { return nil }
    let ranks = names.indices.compactMap { index in
      difference.averageRanks[index].map { Ranks.Rank(name: names[index], average: $0) }
    }
    return Ranks(
      blocks: difference.blocks, criticalDifference: difference.criticalDifference,
      friedmanPValue: difference.friedmanPValue,
      ranks: ranks.sorted { $0.average < $1.average },
      groups: difference.groups.map { $0.map { names[$0] } })
  }

  /// Writes `comparisons.json`, whole or not at all.
  public func write(to directory: RunDirectory) throws {
    let json = try StrictJSON.encode(self, pretty: true)
    try directory.write(json + Data("\n".utf8), named: "comparisons.json")
  }
}
