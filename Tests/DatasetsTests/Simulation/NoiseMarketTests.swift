import Foundation
import Market
import Testing

@testable import Datasets

@Suite struct NoiseMarketTests {
  static let dataset = Result {
    var asked = NoiseMarket.Parameters()
    (asked.assets, asked.dates, asked.seed) = (40, 1000, 3)
    return try NoiseMarket.make(asked)
  }

  @Test func nothingPredictsAnything() throws {
    let panel = try Self.dataset.get().panel
    let realised = try Labels(LabelSpec.standard, of: panel).returns
    let close = try panel.series(of: "close", for: "the test")
    let low = try panel.series(of: "low", for: "the test")
    let volume = try panel.series(of: "volume", for: "the test")
    let features: [(String, [Float])] = [
      ("1 day", try reversal(panel, days: 1)), ("5 days", try reversal(panel)),
      ("60 days", try reversal(panel, days: 60)), ("volume", volume),
      ("low", zip(low, close).map { $0 / $1 }),
    ]
    for (name, feature) in features {
      let score = meanIC(feature, realised, assets: 40)
      #expect(abs(score.mean) < 3 * score.error && score.error < 0.006, "\(name): \(score)")
    }
  }

  @Test func assetsAndDaysAreIndependent() throws {
    let panel = try Self.dataset.get().panel
    let close = try panel.series(of: "close", for: "the test")
    let returns = (0..<40).map { asset -> [Double] in
      let path = (0..<1000).map { Double(close[$0 * 40 + asset]) }
      return zip(path.dropFirst(), path).map { $0 / $1 - 1 }
    }
    let neighbours = (1..<40).map { SignalParts.correlation(returns[$0], returns[$0 - 1]) }
    #expect(abs(StylisedFactsTests.mean(neighbours)) < 0.02)
    let clustering = returns.map { series in
      StylisedFactsTests.lagged(series.map(abs), series.map(abs), 1)
    }
    #expect(abs(StylisedFactsTests.mean(clustering)) < 0.02)
  }

  @Test func itsTruthIsZeroForEveryLabel() throws {
    let truth = try #require(try Self.dataset.get().truth)
    let expected = try #require(truth.expected(try LabelSpec(entryLag: 1, horizon: 20)))
    #expect(expected.prefix(979 * 40).allSatisfy { $0 == 0 })
    #expect(expected.suffix(21 * 40).allSatisfy { $0.isNaN })
  }

  @Test func sameSeedGivesTheSameBits() throws {
    var asked = NoiseMarket.Parameters()
    (asked.assets, asked.dates) = (5, 30)
    let first = try NoiseMarket.make(asked).panel
    #expect(try first == NoiseMarket.make(asked).panel)
    asked.seed += 1
    #expect(try first != NoiseMarket.make(asked).panel)
  }

  @Test func pricesStayPositiveAtItsMostViolent() throws {
    var asked = NoiseMarket.Parameters()
    (asked.assets, asked.dates, asked.volatility) = (20, 500, 0.1)
    asked.degreesOfFreedom = 2.5
    let low = try NoiseMarket.make(asked).panel.series(of: "low", for: "the test")
    #expect(low.allSatisfy { $0 > 0 })
  }
}
