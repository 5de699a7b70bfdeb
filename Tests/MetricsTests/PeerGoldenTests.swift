import Foundation
import Market
import Testing

@testable import Metrics

/// Values from pandas, scipy and Qlib: benchmarks/peers/scipy_metrics.py.
@Suite struct PeerGoldenTests {
  struct Panel: Decodable {
    let dates, assets: [Int]
    let predictions, returns: [Float?]
    let targets: [Float?]?
    let daily: [String: [Double?]]
    let metrics: [String: Double]
    let horizon: Int?
    let quantile, costBasisPoints: Double?

    var rows: ScoredRows {
      func known(_ values: [Float?]) -> [Float] { values.map { $0 ?? .nan } }
      return ScoredRows(
        keys: zip(dates, assets).map { SampleKey(date: $0, asset: $1) },
        predictions: known(predictions), targets: known(targets ?? returns),
        returns: known(returns))
    }
  }

  struct Golden: Decodable {
    struct Ranked: Decodable {
      let values: [Float]
      let ranks: [Double]
    }
    let sections: Panel
    let portfolios: [Panel]
    let ranks: [Ranked]
  }

  let golden: Golden

  init() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "scipy_metrics", withExtension: "json", subdirectory: "Goldens"))
    golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  func expectAgreement(_ panel: Panel, _ rules: ScoringRules) throws {
    let scores = DailyScores(panel.rows, rules: rules)
    for (name, expected) in panel.daily {
      let column = scores[DailyColumn(name)]
      #expect(column.count == expected.count)
      for (date, (value, peer)) in zip(column, expected).enumerated() {
        #expect(value.isNaN == (peer == nil), "\(name) on date \(date)")
        if let peer { expectClose(value, peer, "\(name) on date \(date)") }
      }
    }
    for (id, expected) in panel.metrics {
      expectClose(try metricRegistry.require(id).value(of: scores), expected, "\(id)")
    }
  }

  @Test func forecastMetricsAreThePeers() throws {
    #expect(golden.sections.metrics.count == 8)
    try expectAgreement(golden.sections, rules())
  }

  @Test func portfolioMetricsAreThePeers() throws {
    #expect(golden.portfolios.map(\.metrics.count) == [9, 9])
    for panel in golden.portfolios {
      try expectAgreement(
        panel,
        rules(
          horizon: #require(panel.horizon), quantile: #require(panel.quantile),
          cost: #require(panel.costBasisPoints)))
    }
  }

  @Test func ranksAreScipys() {
    var sorter = SectionSorter()
    #expect(golden.ranks.map(\.values.count) == [1, 2, 7, 95, 96, 300])
    for peer in golden.ranks {
      var ranks: [Double] = []
      sorter.rank(peer.values, into: &ranks)
      #expect(ranks == peer.ranks)
      #expect(averageRanks(peer.values.map(Double.init)) == peer.ranks, "Market's own")
    }
  }

  /// Every metric of the registry has a value from a peer above.
  @Test func noMetricIsUnchecked() {
    let checked = Set(golden.sections.metrics.keys).union(golden.portfolios[0].metrics.keys)
    #expect(Set(metricRegistry.ids) == checked)
  }
}
