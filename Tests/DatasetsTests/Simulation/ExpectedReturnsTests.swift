import Foundation
import Market
import Testing

@testable import Datasets

@Suite struct ExpectedReturnsTests {
  /// One asset, six dates, means of 1 % to 6 %, known three dates ahead.
  static let table = ExpectedReturns(
    dates: 6, assets: 1, delay: 3, daily: [0.01, 0.02, 0.03, 0.04, 0.05, 0.06],
    observed: [true, true, true, true, false, true])

  @Test func compoundsTheDaysHeld() throws {
    let expected = try #require(Self.table.expected(try LabelSpec(entryLag: 1, horizon: 2)))
    // Entry on date 1, exit on date 3: the returns of dates 2 and 3, 1.03 · 1.04 − 1.
    #expect(abs(expected[0] - 0.0712) < 1e-6)
    // Date 1 would leave on the missing date 4; date 2 earns dates 4 and 5, 1.05 · 1.06 − 1.
    #expect(expected[1].isNaN)
    #expect(abs(expected[2] - 0.113) < 1e-6)
    #expect(expected[3...].allSatisfy { $0.isNaN })
  }

  @Test func saysWhyThereIsNoTruth() throws {
    let far = try LabelSpec(entryLag: 1, horizon: 3)
    #expect(Self.table.expected(far) == nil)
    let reason = try #require(Self.table.unavailability(for: far))
    #expect(reason.contains("3 dates ahead") && reason.contains("ends 4 dates"))
    #expect(Self.table.unavailability(for: try LabelSpec(entryLag: 1, horizon: 2)) == nil)
  }

  /// Half a million rows of the default law.
  static let long = Result {
    try ReferenceMarket.simulate(parameters(assets: 48, dates: 1500), keepingParts: true)
  }

  /// The regression of what happened on what was expected must have slope 1, date by date.
  @Test func theTruthIsUnbiased() throws {
    let simulation = try Self.long.get()
    let label = LabelSpec.standard
    let expected = try #require(simulation.truth.expected(label))
    let realised = try Labels(label, of: simulation.panel).returns
    var (xy, xx, squares, count) = (0.0, 0.0, 0.0, 0)
    var slopes: [(xy: Double, xx: Double)] = []
    for start in stride(from: 0, to: expected.count, by: 48) where !expected[start].isNaN {
      let x = expected[start..<start + 48].map(Double.init)
      let y = realised[start..<start + 48].map(Double.init)
      let (meanX, meanY) = (x.reduce(0, +) / 48, y.reduce(0, +) / 48)
      let day = zip(x, y).reduce((0.0, 0.0)) {
        ($0.0 + ($1.0 - meanX) * ($1.1 - meanY), $0.1 + ($1.0 - meanX) * ($1.0 - meanX))
      }
      slopes.append((day.0, day.1))
      xy += day.0
      xx += day.1
      count += 1
    }
    let slope = xy / xx
    for day in slopes { squares += (day.xy - slope * day.xx) * (day.xy - slope * day.xx) }
    let error = squares.squareRoot() / xx
    #expect(count == 1498)
    #expect(error < 0.06)
    #expect(abs(slope - 1) < 2.5 * error, "slope \(slope) ± \(error)")
  }

  /// The oracle's score on a long default market, which the documentation states.
  @Test func theOracleScoresWhatIsStated() throws {
    let simulation = try Self.long.get()
    let label = LabelSpec.standard
    let expected = try #require(simulation.truth.expected(label))
    let realised = try Labels(label, of: simulation.panel).returns
    let oracle = meanIC(expected, realised, assets: 48)
    #expect((0.09...0.125).contains(oracle.mean), "oracle \(oracle)")
    let yardstick = meanIC(try reversal(simulation.panel), realised, assets: 48)
    #expect(abs(yardstick.mean) < 0.02, "reversal \(yardstick)")
  }

  /// What is left beside the truth is correlated with nothing known on the date.
  @Test func theNoiseIsAMartingaleDifference() throws {
    let simulation = try Self.long.get()
    let label = LabelSpec.standard
    let expected = try #require(simulation.truth.expected(label))
    let realised = try Labels(label, of: simulation.panel).returns
    let noise = zip(realised, expected).map { $0 - $1 }
    let close = try simulation.panel.series(of: "close", for: "the test")
    let open = try simulation.panel.series(of: "open", for: "the test")
    let low = try simulation.panel.series(of: "low", for: "the test")
    let volume = try simulation.panel.series(of: "volume", for: "the test")
    let known: [(String, [Float])] = [
      ("reversal", try reversal(simulation.panel)),
      ("momentum", try reversal(simulation.panel, days: 60)),
      ("lower shadow", close.indices.map { (min(open[$0], close[$0]) - low[$0]) / open[$0] }),
      ("volume", volume), ("price", close), ("truth", expected),
    ]
    for (name, feature) in known {
      let score = meanIC(feature, noise, assets: 48)
      #expect(abs(score.mean) < 3 * score.error, "\(name): \(score)")
    }
  }

  @Test func thePartsHardlyCorrelate() throws {
    let parts = try Self.long.get().parts
    for first in 0..<4 {
      for second in 0..<first {
        let mean =
          parts.reduce(0.0) { sum, day in
            sum + SignalParts.correlation(day[first], day[second])
          } / Double(parts.count)
        #expect(abs(mean) < 0.06, "parts \(second) and \(first): \(mean)")
      }
    }
  }

  @Test(arguments: 0..<4) func onePartAloneScoresItsStrength(part: Int) throws {
    var weights = [0.0, 0, 0, 0]
    weights[part] = 0.1
    let simulation = try ReferenceMarket.simulate(
      parameters(
        assets: 40, dates: 400,
        strength: .init(
          linear: weights[0], interaction: weights[1], sequence: weights[2], graph: weights[3])))
    let label = LabelSpec.standard
    let expected = try #require(simulation.truth.expected(label))
    let score = meanIC(
      expected, try Labels(label, of: simulation.panel).returns, assets: 40)
    #expect(abs(score.mean - 0.1) < 3 * score.error + 0.01, "\(score)")
  }

  @Test func withoutStrengthTheTruthIsTheSameForAll() throws {
    let simulation = try ReferenceMarket.simulate(
      parameters(assets: 24, dates: 300, strength: noStrength))
    let label = LabelSpec.standard
    let expected = try #require(simulation.truth.expected(label))
    for start in stride(from: 0, to: 298 * 24, by: 24) {
      #expect(expected[start..<start + 24].allSatisfy { $0 == expected[start] })
    }
    let realised = try Labels(label, of: simulation.panel).returns
    let score = meanIC(try reversal(simulation.panel), realised, assets: 24)
    #expect(abs(score.mean) < 3 * score.error)
  }
}
