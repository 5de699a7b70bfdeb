import Foundation
import Market

/// How often the strategy that looked best on one half of history was below average on the other.
///
/// Probability of backtest overfitting by combinatorially symmetric cross-validation: history is cut
/// into *S* blocks, and every half of them serves once to choose and its complement to judge.
/// Bailey, Borwein, López de Prado and Zhu (2017), *The Probability of Backtest Overfitting*.
public struct BacktestOverfitting: Sendable, Equatable {
  /// What a strategy is chosen and judged by.
  public enum Performance: String, Codable, Sendable, CaseIterable {
    case mean
    /// Mean over standard deviation.
    case sharpe
  }

  /// Share of the splits in which the chosen one came out in the lower half; the paper's φ.
  ///
  /// Near ½ where all are equally good and choice is luck, near 0 where the best is truly better.
  public let probability: Double
  /// λ of each split: the log odds of the chosen one's relative rank on the half that judged.
  public let logits: [Double]
  /// Share of the splits in which the chosen one's performance on that half was below 0.
  public let probabilityOfLoss: Double
  /// Slope of the chosen one's performance where it is judged on that where it was chosen.
  ///
  /// Below 0, the better it looked the worse it did; `nil` where the latter never varies.
  public let degradation: Double?
  /// Strategies that took part.
  public let strategies: Int

  /// Of one history of each strategy.
  ///
  /// Dates that one of them lacks are left out for all; one that lacks half of the dates takes no
  /// part. Of strategies that tie for best, each is judged, with an equal share of the split. `nil`
  /// for fewer than two strategies, fewer than two dates a block, or no split with a performance.
  /// - Parameters:
  ///   - returns: Of each strategy one number a date, higher being better; NaN where undefined.
  ///   - blocks: *S*, even, 2 to 20: *S* over *S*/2 splits.
  ///   - performance: What a strategy is chosen and judged by.
  /// - Throws: `SpecError.invalid` for another number of blocks.
  /// - Complexity: O(dates · strategies + splits · strategies · (*S* + log(strategies))).
  public init?(
    of returns: [[Double]], blocks: Int = 16, performance: Performance = .sharpe
  ) throws(SpecError) {
    try self.init(paths: [returns], blocks: blocks, performance: performance)
  }

  /// Of several histories of each strategy over the same dates: the paths of a combinatorial split.
  ///
  /// Each path is split in time by itself, so that no date serves both to choose and to judge, and
  /// the splits of all paths are put together.
  /// - Parameters:
  ///   - paths: For each path, of each strategy one number a date.
  ///   - blocks: As for one history.
  ///   - performance: As for one history.
  /// - Throws: `SpecError.invalid` for a number of blocks that is odd or not within 2 to 20.
  public init?(
    paths: [[[Double]]], blocks: Int = 16, performance: Performance = .sharpe
  ) throws(SpecError) {
    guard (2...20).contains(blocks), blocks.isMultiple(of: 2) else {
      throw .invalid(
        key: "overfitting.blocks", value: "\(blocks)", accepted: "an even number from 2 to 20")
    }
    let halves = Self.halves(of: blocks)
    let outcomes = paths.flatMap { path -> [SplitOutcome] in
      guard let history = BlockedHistory(path, blocks: blocks) else { return [] }
      return halves.compactMap { history.outcome(chosenOn: $0, by: performance) }
    }
    guard !outcomes.isEmpty else { return nil }
    let count = Double(outcomes.count)
    probability = outcomes.reduce(0) { $0 + $1.below } / count
    probabilityOfLoss = outcomes.reduce(0) { $0 + $1.loss } / count
    logits = outcomes.map(\.logit)
    let (x, y) = (outcomes.map(\.chosenOn), outcomes.map(\.judgedOn))
    let (moments, meanY) = (Moments(of: x), y.reduce(0, +) / count)
    let spread = moments.deviation ?? 0
    degradation =
      spread > 0
      ? zip(x, y).reduce(0) { $0 + ($1.0 - moments.mean) * ($1.1 - meanY) }
        / (spread * spread * (count - 1)) : nil
    strategies = paths.map { CommonDates($0).models.count }.max() ?? 0
  }

  /// Every half of the blocks, as the bits of a mask, in increasing order.
  static func halves(of blocks: Int) -> [UInt32] {
    (0..<UInt32(1) << UInt32(blocks)).filter { $0.nonzeroBitCount * 2 == blocks }
  }
}

/// What became of the strategy that was best on one half of the blocks.
private struct SplitOutcome {
  let logit: Double
  /// 1 if its relative rank was at most ½, 0 if not, in between where several tied for best.
  let below: Double
  let loss: Double
  let chosenOn: Double
  let judgedOn: Double
}

/// Sums over each block, from which a performance on any set of blocks follows.
private struct BlockedHistory {
  private let counts: [Int]
  /// [block][strategy].
  private let sums: [[Double]]
  private let squares: [[Double]]
  private let strategies: Int

  init?(_ returns: [[Double]], blocks: Int) {
    let common = CommonDates(returns)
    let rows = common.rows
    guard common.models.count > 1, rows.count >= 2 * blocks else { return nil }
    let strategies = common.models.count
    self.strategies = strategies
    var counts = [Int](repeating: 0, count: blocks)
    var sums = [[Double]](repeating: [Double](repeating: 0, count: strategies), count: blocks)
    var squares = sums
    for (date, row) in rows.enumerated() {
      let block = date * blocks / rows.count
      counts[block] += 1
      for (strategy, value) in row.enumerated() {
        sums[block][strategy] += value
        squares[block][strategy] += value * value
      }
    }
    (self.counts, self.sums, self.squares) = (counts, sums, squares)
  }

  /// `nil` where a performance is undefined on either half.
  func outcome(
    chosenOn half: UInt32, by performance: BacktestOverfitting.Performance
  ) -> SplitOutcome? {
    let (inside, outside) = (values(half, performance), values(~half, performance))
    guard let inside, let outside, let highest = inside.max() else { return nil }
    let ranks = averageRanks(outside)
    let best = inside.indices.filter { inside[$0] == highest }
    func mean(_ value: (Int) -> Double) -> Double {
      best.reduce(0) { $0 + value($1) } / Double(best.count)
    }
    func logit(_ strategy: Int) -> Double {
      log(ranks[strategy] / (Double(strategies + 1) - ranks[strategy]))
    }
    return SplitOutcome(
      logit: mean(logit), below: mean { logit($0) <= 0 ? 1 : 0 },
      loss: mean { outside[$0] < 0 ? 1 : 0 }, chosenOn: highest, judgedOn: mean { outside[$0] })
  }

  private func values(
    _ half: UInt32, _ performance: BacktestOverfitting.Performance
  ) -> [Double]? {
    let blocks = counts.indices.filter { half >> UInt32($0) & 1 == 1 }
    let count = Double(blocks.reduce(0) { $0 + counts[$1] })
    var values: [Double] = []
    for strategy in 0..<strategies {
      let mean = blocks.reduce(0) { $0 + sums[$1][strategy] } / count
      guard performance == .sharpe else {
        values.append(mean)
        continue
      }
      let square = blocks.reduce(0) { $0 + squares[$1][strategy] }
      let variance = (square - count * mean * mean) / (count - 1)
      // A strategy that never traded has no ratio, but no reason to spoil the split either.
      if square == 0 {
        values.append(0)
        continue
      }
      guard variance > 1e-14 * square / count else { return nil }
      values.append(mean / variance.squareRoot())
    }
    return values
  }
}
