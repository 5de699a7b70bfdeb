import Testing

@testable import Metrics

@Suite struct CriticalDifferenceTests {
  @Test func testsAreScipys() throws {
    let golden = try ComparisonGolden.load().friedman
    #expect(golden.map(\.scores.count) == [3, 5, 4, 2])
    for peer in golden {
      let test = try #require(CriticalDifference(of: peer.scores, better: .higherIsBetter))
      for (rank, expected) in zip(test.averageRanks, peer.averageRanks) {
        expectClose(rank, expected)
      }
      expectClose(test.friedman, peer.friedman)
      expectClose(test.friedmanPValue, peer.pValue)
      expectClose(test.imanDavenportPValue, peer.imanDavenport)
      expectClose(test.criticalDifference, peer.criticalDifference, relative: 1e-8)
      expectClose(test.pValue(0, peer.scores.count - 1), peer.firstAgainstLast, relative: 1e-8)
    }
  }

  /// Demšar (2006), 14 data sets and 4 classifiers: 1.25 at a level of 0.05, 1.12 at 0.10.
  @Test func demsarsCriticalDifference() throws {
    let scores = (0..<4).map { model in (0..<14).map { Double(($0 * 5 + model * 3) % 7) } }
    let test = try #require(CriticalDifference(of: scores, better: .lowerIsBetter, level: 0.05))
    #expect(abs(test.criticalDifference - 1.25) < 0.005)
    let mild = try #require(CriticalDifference(of: scores, better: .lowerIsBetter, level: 0.10))
    #expect(abs(mild.criticalDifference - 1.12) < 0.005)
  }

  /// Three models in the same order everywhere, close pairs joined by overlapping lines.
  @Test func groupsAreTheLinesOfTheDiagram() throws {
    let order = (0..<5).map { model in (0..<6).map { Double($0) - Double(model) } }
    let test = try #require(CriticalDifference(of: order, better: .higherIsBetter))
    #expect(test.averageRanks == [1, 2, 3, 4, 5])
    expectClose(test.friedman, 24)
    #expect(test.imanDavenportPValue == 0)
    #expect((2..<3).contains(test.criticalDifference))
    #expect(test.groups == [[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    let reversed = try #require(CriticalDifference(of: order, better: .lowerIsBetter))
    #expect(reversed.groups == [[4, 3, 2], [3, 2, 1], [2, 1, 0]])
    // Two models that always differ, in many blocks: no line at all.
    let apart = try #require(
      CriticalDifference(
        of: [[Double](repeating: 1, count: 40), [Double](repeating: 2, count: 40)],
        better: .higherIsBetter))
    #expect(apart.groups.isEmpty && apart.averageRanks == [2, 1])
  }

  @Test func degenerateInput() throws {
    func test(_ scores: [[Double]]) -> CriticalDifference? {
      CriticalDifference(of: scores, better: .higherIsBetter)
    }
    #expect(test([]) == nil && test([[1, 2, 3]]) == nil && test([[1], [2]]) == nil)
    let equal = try #require(test([[1, 1, 1], [1, 1, 1], [1, 1, 1]]))
    #expect(equal.friedman == 0 && equal.friedmanPValue == 1 && equal.imanDavenportPValue == 1)
    #expect(equal.groups == [[0, 1, 2]] && equal.pValue(0, 2) == 1)
    let gaps = try #require(
      test([[1, 2, .nan, 4], [.nan, .nan, .nan, 1], [2, 3, 4, 3], [3, 1, 2, .nan]]))
    #expect(gaps.blocks == 2 && gaps.averageRanks == [2.5, nil, 1.5, 2])
    #expect(gaps.pValue(0, 1) == nil)
  }

  @Test func correctedTestOverFolds() throws {
    let golden = try ComparisonGolden.load().nadeauBengio
    let test = try #require(
      NadeauBengio(differences: golden.differences + [.nan], testShare: golden.testShare))
    expectClose(test.statistic, golden.statistic)
    expectClose(test.pValue, golden.pValue)
    expectClose(test.interval.low, golden.low)
    expectClose(test.interval.high, golden.high)
    #expect(test.folds == 15)
  }

  @Test func foldsThatDoNotDiffer() throws {
    let same = try #require(NadeauBengio(differences: [0, 0, 0], testShare: 0.25))
    #expect(same.pValue == 1 && same.interval == Interval(low: 0, high: 0))
    #expect(NadeauBengio(differences: [1, 1, 1], testShare: 0.25) == nil)
    #expect(NadeauBengio(differences: [1, .nan], testShare: 0.25) == nil)
    for share in [0, -1, .nan, .infinity] {
      #expect(NadeauBengio(differences: [1, 2, 3], testShare: share) == nil)
    }
  }
}
