import Foundation
import Market
import Testing

@testable import Models

@Suite struct StockGraphTests {
  static func graph(
    _ kinds: [StockGraph.Edges], _ rows: LabelledSamples, neighbours: Int = 3,
    attribute: String = "sector"
  ) throws -> StockGraph {
    try StockGraph(kinds, of: rows.samples, attribute: attribute, neighbours: neighbours)
  }

  /// Date by date from the closes, pair by pair, by the definition.
  @Test func correlationsAreThoseOfThePairsSharedDates() throws {
    let market = SectorMarket { ($0.dates, $0.missing) = (60, 0.05) }
    let samples = try market.labelled(5..<55).samples
    let correlation = try ReturnCorrelation(of: samples)
    var returns: [[Double?]] = []
    for range in samples.dateRanges.dropFirst() {
      let section = samples.crossSectionOfTrailingReturns(at: range.lowerBound, days: 1)
      let known = section.filter { $0.isFinite }.map { Double($0) }
      let mean = known.reduce(0, +) / Double(known.count)
      returns.append(section.map { $0.isFinite ? Double($0) - mean : nil })
    }
    #expect(returns.count == 49)
    for a in 0..<market.assets {
      for b in 0..<market.assets {
        let pairs = returns.compactMap { row in row[a].flatMap { x in row[b].map { (x, $0) } } }
        let n = Double(pairs.count)
        let meanA = pairs.reduce(0) { $0 + $1.0 } / n
        let meanB = pairs.reduce(0) { $0 + $1.1 } / n
        var (aa, bb, ab) = (0.0, 0.0, 0.0)
        for (x, y) in pairs {
          aa += (x - meanA) * (x - meanA)
          bb += (y - meanB) * (y - meanB)
          ab += (x - meanA) * (y - meanB)
        }
        let value = correlation.values[a * market.assets + b]
        #expect(abs(value - ab / (aa * bb).squareRoot()) < 1e-9)
      }
    }
  }

  @Test func theNearestAreOfTheSameSector() throws {
    let market = SectorMarket()
    let nearest = try ReturnCorrelation(of: market.labelled(0..<100).samples).nearest(3)
    for (asset, others) in nearest.enumerated() {
      #expect(
        Set(others)
          == Set((0..<16).filter { $0 != asset && $0 % 4 == asset % 4 }))
    }
  }

  @Test func laterPricesChangeNothing() throws {
    let market = SectorMarket()
    let changed = SectorMarket { $0.closesChangedAfter = 99 }
    let kinds: [StockGraph.Edges] = [.sector, .correlation]
    let (rows, others) = (try market.labelled(0..<100), try changed.labelled(0..<100))
    #expect(try Self.graph(kinds, rows) == Self.graph(kinds, others))
    let (before, after) = (
      try ReturnCorrelation(of: rows.samples), try ReturnCorrelation(of: others.samples)
    )
    #expect(before.values.map(\.bitPattern) == after.values.map(\.bitPattern))
    // The same later prices do matter to who trains on them.
    #expect(
      try ReturnCorrelation(of: market.labelled(0..<120).samples)
        != ReturnCorrelation(of: changed.labelled(0..<120).samples))
  }

  /// The first return after a test block would start from a close inside it.
  @Test func noReturnReachesIntoAHole() throws {
    let market = SectorMarket()
    let dates = Array(0..<40) + Array(60..<100)
    let changed = SectorMarket { $0.closesChangedOn = 40..<60 }
    let split = try ReturnCorrelation(of: market.labelled(dates).samples)
    #expect(try split == ReturnCorrelation(of: changed.labelled(dates).samples))
    // With the last of them among the training dates, it would.
    let reaching = dates[..<40] + [59] + dates[40...]
    #expect(
      try ReturnCorrelation(of: market.labelled(Array(reaching)).samples)
        != ReturnCorrelation(of: changed.labelled(Array(reaching)).samples))
    // Only every second date: no return at all.
    let sparse = try ReturnCorrelation(
      of: market.labelled(Array(stride(from: 0, to: 160, by: 2))).samples)
    #expect(sparse.values.allSatisfy { $0.isNaN } && sparse.nearest(3).allSatisfy { $0.isEmpty })
  }

  @Test func fewSharedDatesAndConstantPricesAreNoNeighbours() throws {
    let keys = (0..<40).flatMap { date in (0..<4).map { SampleKey(date: date, asset: $0) } }
    var stream = SeedTree(root: 1).stream("closes")
    var closes: [Float] = []
    for date in 0..<40 {
      let own = (0..<2).map { _ in Float(100 + stream.normal()) }
      // The third has no price but on ten dates, the fourth has one that never moves.
      closes += own + [date < 10 ? 100 + Float(date) : .nan, .nan]
    }
    let samples = Samples(
      keys: keys,
      features: FeaturePanel(
        dates: 40, assets: 4, columns: ["x"], values: Array(repeating: 0, count: 160)),
      transform: FeatureTransform(center: [0], scale: [1]),
      universe: try Universe(["A", "B", "C", "D"]), closes: closes)
    let nearest = try ReturnCorrelation(of: samples).nearest(8)
    #expect(nearest[2].isEmpty && nearest[3].isEmpty)
    #expect(nearest[0] == [1] && nearest[1] == [0])
    // A universe of which the other two never move: no variance, no correlation.
    let flat = Samples(
      keys: keys,
      features: FeaturePanel(
        dates: 40, assets: 4, columns: ["x"], values: Array(repeating: 0, count: 160)),
      transform: FeatureTransform(center: [0], scale: [1]),
      universe: try Universe(["A", "B", "C", "D"]), closes: Array(repeating: 50, count: 160))
    #expect(try ReturnCorrelation(of: flat).values.allSatisfy { $0.isNaN })
  }

  @Test func relationsBySectorAndOfAll() throws {
    let market = SectorMarket { $0.dates = 30 }
    let rows = try market.labelled(0..<30)
    let graph = try Self.graph([.sector, .correlation, .all], rows, neighbours: 2)
    #expect(graph.adjacency.count == 3)
    #expect(graph.edges == 16 * 3 + 16 * 2 + 16 * 15)
    let nearest = try ReturnCorrelation(of: rows.samples).nearest(2)
    for asset in 0..<16 {
      #expect(Set((0..<16).filter { graph.adjacency[1][asset * 16 + $0] }) == Set(nearest[asset]))
    }
    for cell in 0..<256 {
      let (a, b) = (cell / 16, cell % 16)
      #expect(graph.adjacency[0][cell] == (a != b && a % 4 == b % 4))
      #expect(graph.adjacency[2][cell] == (a != b))
    }
    let nameless = try SectorMarket {
      ($0.dates, $0.namesSectors) = (30, false)
    }.labelled(0..<30)
    #expect(try Self.graph([.sector, .correlation], nameless).adjacency.count == 1)
    #expect(try Self.graph([.sector], nameless).adjacency.isEmpty)
    // Unknown sectors are not one more sector.
    let unknown = Samples(
      keys: [], features: FeaturePanel(dates: 0, assets: 3, columns: ["x"], values: []),
      transform: FeatureTransform(center: [0], scale: [1]),
      universe: try Universe(["A", "B", "C"], attributes: ["sector": [nil, nil, "S"]]),
      closes: [])
    #expect(
      try StockGraph([.sector], of: unknown, attribute: "sector", neighbours: 1).edges == 0)
  }
}
