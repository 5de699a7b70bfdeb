import Foundation
import Market

/// Average ranks of models over several markets, and how far apart they must be to mean anything.
///
/// Friedman's test asks whether the ranks differ at all, Nemenyi's which of them do. Demšar (2006),
/// *Statistical Comparisons of Classifiers over Multiple Data Sets*; the numbers of a
/// critical-difference diagram.
public struct CriticalDifference: Sendable, Equatable {
  /// 1 is best, ties share their mean; `nil` for a model that lacks half of the blocks.
  public let averageRanks: [Double?]
  /// Friedman's χ², corrected for ties.
  public let friedman: Double
  public let friedmanPValue: Double
  /// Of Iman and Davenport's F, which is less shy than χ² where blocks are few.
  public let imanDavenportPValue: Double
  /// Two models whose average ranks differ by less than this are not told apart.
  public let criticalDifference: Double
  /// Blocks in which all these models have a score.
  public let blocks: Int
  /// The lines of the diagram: sets of at least two models not told apart, none within another.
  ///
  /// Each from the best to the worst, and so are they.
  public let groups: [[Int]]
  private let compared: Int

  /// Ranks models within each block.
  ///
  /// Blocks in which one of the models has no score are left out. `nil` for fewer than two models
  /// or two blocks.
  /// - Parameters:
  ///   - scores: Of each model one number a block, NaN where undefined. Blocks must be independent
  ///     of each other: markets, or test folds well apart; never dates.
  ///   - better: Which way the numbers improve.
  ///   - level: The size of Nemenyi's test, within (0, 1).
  public init?(of scores: [[Double]], better: Metric.Direction, level: Double = 0.05) {
    let common = CommonDates(scores.map(better.losses))
    let (models, count) = (common.models.count, common.count)
    guard models > 1, count > 1, level > 0, level < 1 else { return nil }
    let (k, n) = (Double(models), Double(count))
    var (sums, ties) = ([Double](repeating: 0, count: models), 0.0)
    for row in common.rows {
      for (model, rank) in Market.averageRanks(Array(row)).enumerated() { sums[model] += rank }
      for size in Dictionary(grouping: row, by: { $0 }).values.map({ Double($0.count) }) {
        ties += size * (size * size - 1)
      }
    }
    let untied = 1 - ties / (k * (k * k - 1) * n)
    let spread = sums.reduce(0) { $0 + ($1 - n * (k + 1) / 2) * ($1 - n * (k + 1) / 2) }
    // Without a single untied block nothing differs.
    friedman = untied > 0 ? 12 * spread / (n * k * (k + 1)) / untied : 0
    friedmanPValue = ChiSquaredDistribution(degrees: models - 1).probability(above: friedman)
    let unexplained = n * (k - 1) - friedman
    imanDavenportPValue =
      unexplained > 1e-9 * n
      ? FDistribution(numeratorDegrees: k - 1, denominatorDegrees: (k - 1) * (n - 1))
        .probability(above: (n - 1) * friedman / unexplained) : 0
    let critical =
      StudentizedRange(count: models).criticalValue(exceededBy: level) / 2.0.squareRoot()
      * (k * (k + 1) / (6 * n)).squareRoot()
    var ranks = [Double?](repeating: nil, count: scores.count)
    for (place, model) in common.models.enumerated() { ranks[model] = sums[place] / n }
    (averageRanks, criticalDifference, blocks, compared) = (ranks, critical, count, models)
    groups = Self.groups(ranks, critical)
  }

  /// Nemenyi's: of so large a difference of two average ranks among equally good models.
  ///
  /// Already adjusted for the number of pairs. `nil` where one of them was left out.
  public func pValue(_ first: Int, _ second: Int) -> Double? {
    guard let one = averageRanks[first], let other = averageRanks[second] else { return nil }
    let (k, n) = (Double(compared), Double(blocks))
    return StudentizedRange(count: compared)
      .probability(above: abs(one - other) / (k * (k + 1) / (12 * n)).squareRoot())
  }

  private static func groups(_ ranks: [Double?], _ critical: Double) -> [[Int]] {
    let order = ranks.indices
      .compactMap { index in ranks[index].map { (rank: $0, model: index) } }
      .sorted { ($0.rank, $0.model) < ($1.rank, $1.model) }
    var (groups, covered) = ([[Int]](), 0)
    for first in order.indices {
      let near = order[first...].prefix { $0.rank - order[first].rank < critical }
      guard near.count > 1, near.endIndex > covered else { continue }
      covered = near.endIndex
      groups.append(near.map(\.model))
    }
    return groups
  }
}
