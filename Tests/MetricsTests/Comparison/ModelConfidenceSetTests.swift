import Market
import Testing

@testable import Metrics

@Suite struct ModelConfidenceSetTests {
  func resamples(_ dates: Int, blockLength: Int = 4, count: Int = 200) throws -> Resamples {
    try MovingBlockBootstrap(blockLength: blockLength, resamples: count)
      .draw(over: Array(0..<dates), from: SeedStream(seed: 2))
  }

  func set(
    _ series: [[Double]], _ statistic: ModelConfidenceSet.Statistic = .range
  ) throws -> ModelConfidenceSet? {
    ModelConfidenceSet(
      of: series, better: .higherIsBetter, resamples: try resamples(series.first?.count ?? 0),
      statistic: statistic)
  }

  /// The truly best model stays in a 90 % set about that often, and bad ones go.
  @Test(arguments: ModelConfidenceSet.Statistic.allCases)
  func keepsTheBest(statistic: ModelConfidenceSet.Statistic) throws {
    var (kept, badKept) = (0, 0)
    for trial in 0..<80 {
      let models = [0.15, 0.15, 0.15, -0.8].enumerated().map { index, mean in
        noise(100, 0, UInt64(10 * trial + index)).map { $0 + mean }
      }
      let set = try #require(try set(models, statistic))
      if set.models(level: 0.1).contains(0) { kept += 1 }
      if set.models(level: 0.1).contains(3) { badKept += 1 }
      #expect(set.pValues.contains(1))
      let order = set.eliminationOrder.map { set.pValues[$0] ?? .nan }
      #expect(order == order.sorted(), "p values never fall")
    }
    // At least 72, less 2.7 for chance each way.
    #expect(kept >= 65, "\(kept)")
    #expect(badKept == 0)
  }

  @Test(arguments: ModelConfidenceSet.Statistic.allCases)
  func equalModelsShareTheirFate(statistic: ModelConfidenceSet.Statistic) throws {
    let (one, other) = (noise(60, 0, 1), noise(60, 0, 2).map { $0 - 3 })
    #expect(try set([one, one], statistic)?.pValues == [1, 1])
    #expect(try set([one, one, one], statistic)?.pValues == [1, 1, 1])
    #expect(try set([one, other, one, other], statistic)?.pValues == [1, 0, 1, 0])
    // A gap that never varies is certain.
    #expect(try set([one, one.map { $0 + 0.1 }], statistic)?.pValues == [0, 1])
  }

  @Test func degenerateInput() throws {
    let one = noise(60, 0, 1)
    let alone = try #require(try set([one]))
    #expect(alone.pValues == [1] && alone.eliminationOrder.isEmpty && alone.dates == 60)
    #expect(alone.models(level: 0.1) == [0])
    #expect(try set([]) == nil)
    #expect(try set([[1, 2, 3, 4], [1, 3, 2, 4]]) == nil, "fewer than two blocks")
    #expect(try set([[Double](repeating: .nan, count: 60)]) == nil)
  }

  @Test func datesAreCommonToAll() throws {
    var (one, other) = (noise(60, 0, 1), noise(60, 0, 2))
    one[3] = .nan
    other[9] = .infinity
    let none = [Double](repeating: .nan, count: 60)
    let set = try #require(try set([one, none, other]))
    #expect(set.dates == 58)
    #expect(set.pValues[1] == nil && set.models(level: 0) == set.models(level: 0.01))
    #expect(!set.models(level: 0).contains(1))
    other[3] = .nan
    one[9] = .nan
    #expect(try self.set([one, other])?.pValues == [set.pValues[0], set.pValues[2]])
  }

  @Test func superiorAbilityOfDegenerateInput() throws {
    let resamples = try resamples(60)
    let one = noise(60, 0, 1)
    func test(_ benchmark: [Double], _ models: [[Double]]) -> SuperiorPredictiveAbility? {
      SuperiorPredictiveAbility(
        benchmark: benchmark, models: models, better: .higherIsBetter, resamples: resamples)
    }
    let same = try #require(test(one, [one, one.map { $0 - 1 }]))
    #expect(same.consistent == 1 && same.statistic == 0 && same.best == 0)
    let better = try #require(test(one, [one, one.map { $0 + 1 }]))
    #expect(better.consistent == 0 && better.upper == 0 && better.best == 1)
    let none = [Double](repeating: .nan, count: 60)
    #expect(test(none, [one]) == nil && test(one, [none]) == nil && test(one, []) == nil)
    #expect(try #require(test(one, [none, one.map { $0 + 1 }])).best == 1)
  }

  /// Ten worthless models: the best of them must not look like a find in more than about 5 %.
  @Test func luckOfTheBestIsDiscounted() throws {
    let resamples = try resamples(100)
    var (finds, plainFinds) = (0, 0)
    for trial in 0..<80 {
      let all = (0...10).map { noise(100, 0, UInt64(1000 + 20 * trial + $0)) }
      let test = try #require(
        SuperiorPredictiveAbility(
          benchmark: all[0], models: Array(all[1...]), better: .higherIsBetter,
          resamples: resamples))
      if test.consistent <= 0.05 { finds += 1 }
      #expect(test.lower <= test.consistent && test.consistent <= test.upper)
      let best = zip(all[test.best + 1], all[0]).map { $0 - $1 }
      if try #require(DieboldMariano(differences: best, horizon: 1)).pValue / 2 < 0.05 {
        plainFinds += 1
      }
    }
    #expect(finds <= 10, "\(finds)")
    #expect(plainFinds > 15, "\(plainFinds)")
  }
}
