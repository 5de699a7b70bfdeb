import Testing

@testable import Metrics

/// Against arch on the very resamples that it drew: benchmarks/peers/arch_mcs.py.
@Suite struct ArchTests {
  struct Golden: Decodable {
    struct Confidence: Decodable {
      let pValues: [Double]
      let order, included: [Int]
    }
    struct Superior: Decodable {
      struct Values: Decodable {
        let lower, consistent, upper, statistic: Double
        let best: Int
      }
      let benchmark: Int
      let plain, studentised: Values
    }
    struct Case: Decodable {
      let losses: [[Double]]
      let draws: [[Int]]
      let sets: [String: Confidence]
      let superior: [Superior]

      var resamples: Resamples { Resamples(places: draws, dates: losses[0].count) }
    }
    let cases: [Case]
  }

  let cases: [Golden.Case]

  init() throws { cases = try decode(Golden.self, from: "arch_mcs").cases }

  @Test(arguments: ModelConfidenceSet.Statistic.allCases)
  func confidenceSetsAreArchs(statistic: ModelConfidenceSet.Statistic) throws {
    #expect(cases.map(\.losses.count) == [6, 4, 2])
    for peer in cases {
      let expected = try #require(peer.sets[statistic.rawValue])
      let set = try #require(
        ModelConfidenceSet(
          of: peer.losses, better: .lowerIsBetter, resamples: peer.resamples, statistic: statistic))
      #expect(set.eliminationOrder == expected.order)
      #expect(set.models(level: 0.1) == expected.included)
      #expect(set.dates == peer.losses[0].count)
      for (value, expected) in zip(set.pValues, expected.pValues) { expectClose(value, expected) }
      let scores = ModelConfidenceSet(
        of: peer.losses.map { $0.map { -$0 } }, better: .higherIsBetter, resamples: peer.resamples,
        statistic: statistic)
      #expect(scores == set)
    }
  }

  @Test func superiorPredictiveAbilityIsArchs() throws {
    var compared = 0
    for peer in cases {
      for expected in peer.superior {
        for isStudentised in [false, true] {
          let values = isStudentised ? expected.studentised : expected.plain
          let test = try #require(
            SuperiorPredictiveAbility(
              benchmark: peer.losses[expected.benchmark],
              models: peer.losses.indices.filter { $0 != expected.benchmark }
                .map { peer.losses[$0] },
              better: .lowerIsBetter, resamples: peer.resamples, isStudentised: isStudentised))
          expectClose(test.statistic, values.statistic)
          #expect(test.best == values.best)
          // Where the benchmark is ahead of all, Hansen's statistic is 0; arch has no such floor.
          let hasAdvantage = values.statistic > 0
          expectClose(test.lower, hasAdvantage ? values.lower : 1)
          expectClose(test.consistent, hasAdvantage ? values.consistent : 1)
          expectClose(test.upper, hasAdvantage ? values.upper : 1)
          if hasAdvantage { compared += 1 }
        }
      }
    }
    #expect(compared == 10)
  }
}
