import Market
import Testing

@testable import Metrics

@Suite struct BacktestOverfittingTests {
  @Test func splitsAreThoseOfPlainLoops() throws {
    let golden = try ComparisonGolden.load().overfitting
    #expect(golden.map(\.logits.count) == [20, 70, 6])
    for peer in golden {
      let performance = try #require(
        BacktestOverfitting.Performance(rawValue: peer.performance))
      let result = try #require(
        try BacktestOverfitting(
          of: peer.returns, blocks: peer.blocks, performance: performance))
      for (logit, expected) in zip(result.logits.sorted(), peer.logits) {
        #expect(abs(logit - expected) < 1e-9)
      }
      expectClose(result.probability, peer.probability)
      expectClose(result.probabilityOfLoss, peer.loss)
      expectClose(result.degradation, peer.degradation)
      #expect(result.strategies == peer.returns.count)
    }
  }

  @Test func halvesAreAllCombinations() {
    #expect(BacktestOverfitting.halves(of: 2) == [1, 2])
    #expect(BacktestOverfitting.halves(of: 8).count == 70)
    #expect(BacktestOverfitting.halves(of: 10).count == 252)
    #expect(BacktestOverfitting.halves(of: 16).count == 12_870)
  }

  /// By hand: two strategies, blocks (1, 1) and (−1, −1) against 0; whoever led, loses.
  @Test func whatLeadsAndThenLags() throws {
    let result = try #require(
      try BacktestOverfitting(of: [[1, 1, -1, -1], [0, 0, 0, 0]], blocks: 2, performance: .mean))
    #expect(result.probability == 1)
    #expect(result.probabilityOfLoss == 0.5)
    expectClose(result.degradation, -1)
  }

  @Test func skillLowersItAndLuckDoesNot() throws {
    var (skilled, lucky) = (0.0, 0.0)
    for trial in 0..<10 {
      var strategies = (0..<6).map { noise(96, 0, UInt64(20 * trial + $0)) }
      lucky += try #require(try BacktestOverfitting(of: strategies, blocks: 6)).probability / 10
      strategies[2] = strategies[2].map { $0 + 1 }
      skilled += try #require(try BacktestOverfitting(of: strategies, blocks: 6)).probability / 10
    }
    #expect((0.3...0.75).contains(lucky), "\(lucky)")
    #expect(skilled < 0.01, "\(skilled)")
  }

  @Test func pathsArePutTogether() throws {
    let one = (0..<3).map { noise(40, 0, UInt64($0)) }
    let other = (0..<3).map { noise(40, 0, UInt64(9 + $0)) }
    let (a, b) = (
      try #require(try BacktestOverfitting(of: one, blocks: 4)),
      try #require(try BacktestOverfitting(of: other, blocks: 4))
    )
    let both = try #require(try BacktestOverfitting(paths: [one, other], blocks: 4))
    #expect(both.logits == a.logits + b.logits)
    expectClose(both.probability, (a.probability + b.probability) / 2)
    let flawed = try #require(try BacktestOverfitting(paths: [one, [[1], [2]]], blocks: 4))
    #expect(flawed.logits == a.logits)
  }

  @Test func tiesShareASplit() throws {
    let series = noise(40, 0, 1)
    let equal = try #require(try BacktestOverfitting(of: [series, series], blocks: 4))
    #expect(equal.probability == 1 && equal.logits.allSatisfy { $0 == 0 })
    let idle = [Double](repeating: 0, count: 40)
    #expect(try BacktestOverfitting(of: [idle, idle], blocks: 4)?.probability == 1)
  }

  @Test func tooLittleIsUndefinedAndAWrongNumberOfBlocksAnError() throws {
    let series = noise(40, 0, 1)
    #expect(try BacktestOverfitting(of: [], blocks: 4) == nil)
    #expect(try BacktestOverfitting(of: [series], blocks: 4) == nil)
    let short = [[1.0, 2, 3], [2, 1, 3]]
    #expect(try BacktestOverfitting(of: short, blocks: 2) == nil)
    let constant = [Double](repeating: 0.5, count: 40)
    #expect(try BacktestOverfitting(of: [series, constant], blocks: 4) == nil)
    for blocks in [0, 1, 7, 22, -2] {
      #expect(throws: SpecError.self) { try BacktestOverfitting(of: [series], blocks: blocks) }
    }
  }
}
