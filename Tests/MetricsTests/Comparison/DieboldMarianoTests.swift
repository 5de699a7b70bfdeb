import Market
import Testing

@testable import Metrics

@Suite struct DieboldMarianoTests {
  @Test func statisticsAreThoseOfPlainLoops() throws {
    let golden = try ComparisonGolden.load().dieboldMariano
    #expect(golden.map(\.horizon) == [1, 5, 3, 1, 20, 2])
    for peer in golden {
      let test = try #require(
        DieboldMariano(differences: series(peer.differences), horizon: peer.horizon))
      expectClose(test.statistic, peer.statistic)
      expectClose(test.pValue, peer.pValue)
      #expect(test.kernel == (peer.isFlat ? .rectangular : .bartlett))
      #expect(test.dates == peer.differences.count { $0 != nil })
    }
  }

  /// With h = 1 it is the t test of a mean: for 1, 2, 3, 6 the mean 3 over √(14/3 / 4), by hand.
  @Test func isAPlainTTestForOneDateAhead() throws {
    let test = try #require(DieboldMariano(differences: [1, 2, 3, 6], horizon: 1))
    expectClose(test.statistic, 3 / (14.0 / 12).squareRoot())
  }

  @Test func correctionsAreThePublishedOnes() {
    let published = [(100, 1, 0.9950), (100, 5, 0.9550), (250, 5, 0.9820), (250, 20, 0.9220)]
    for (dates, horizon, expected) in published {
      let correction = DieboldMariano.correction(dates: dates, horizon: horizon)
      #expect(abs(correction - expected) < 5e-5, "\(dates), \(horizon)")
    }
  }

  @Test func withoutVarianceItIsDefinedOnlyWhereNothingDiffers() throws {
    let same = try #require(DieboldMariano(differences: [0, 0, 0, .nan, 0], horizon: 2))
    #expect(same.statistic == 0 && same.pValue == 1 && same.dates == 4)
    #expect(DieboldMariano(differences: [2, 2, 2, 2], horizon: 1) == nil)
    #expect(DieboldMariano(differences: [1, 2], horizon: 1) == nil)
    #expect(DieboldMariano(differences: [1, .nan, 2, .infinity], horizon: 1) == nil)
    #expect(DieboldMariano(differences: [1, 2, 3, 5], horizon: 4) == nil)
    #expect(DieboldMariano(differences: [], horizon: 1) == nil)
  }

  @Test func pairsAreAllTestedAndAdjustedTogether() throws {
    var models = (0..<4).map { model in noise(90, 0, UInt64(model)).map { $0 + Double(model) / 4 } }
    models.append([Double](repeating: .nan, count: 90))
    let tests = PairwiseTests(of: models, horizon: 2)
    var pValues: [Double] = []
    for first in 0..<4 {
      for second in (first + 1)..<4 {
        let pair = try #require(tests[first, second])
        let direct = DieboldMariano(
          differences: zip(models[first], models[second]).map { $0 - $1 }, horizon: 2)
        #expect(pair.test == direct)
        let reversed = try #require(tests[second, first])
        #expect(reversed.test.statistic == -pair.test.statistic)
        #expect(reversed.adjustedPValue == pair.adjustedPValue)
        pValues.append(pair.test.pValue)
      }
    }
    let adjusted = Holm.adjusted(pValues)
    #expect(
      tests[0, 3]?.adjustedPValue == adjusted[2] && tests[2, 3]?.adjustedPValue == adjusted[5])
    #expect(try #require(tests[0, 3]).adjustedPValue < 0.01)
    for model in 0..<5 { #expect(tests[model, model] == nil && tests[model, 4] == nil) }
    #expect(PairwiseTests(of: [], horizon: 1).models == 0)
  }

  /// Under the null 5 % of tests find something: of independent dates, and of labels that overlap.
  @Test(arguments: [1, 5]) func alarmsComeAsOftenAsTheyShould(horizon: Int) throws {
    var stream = SeedStream(seed: 31 + UInt64(horizon))
    let alarms = try (0..<1000).count { _ in
      let shocks = (0..<200 + horizon).map { _ in stream.normal() }
      let differences = (0..<200).map { shocks[$0..<$0 + horizon].reduce(0, +) }
      return try #require(DieboldMariano(differences: differences, horizon: horizon)).pValue < 0.05
    }
    // 50, and 7 for chance; the correction leaves a little too many for overlapping labels.
    #expect((30...(horizon == 1 ? 70 : 90)).contains(alarms), "\(alarms)")
  }

  /// The same overlapping labels taken for independent: far too many alarms.
  @Test func neglectedOverlapWouldShow() throws {
    var stream = SeedStream(seed: 36)
    let alarms = try (0..<300).count { _ in
      let shocks = (0..<205).map { _ in stream.normal() }
      let differences = (0..<200).map { shocks[$0..<$0 + 5].reduce(0, +) }
      return try #require(DieboldMariano(differences: differences, horizon: 1)).pValue < 0.05
    }
    #expect(alarms > 75)
  }
}
