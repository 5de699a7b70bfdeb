import Foundation
import Market
import Testing

@testable import Datasets

@Suite struct ReferenceMarketTests {
  @Test func sameSeedGivesTheSameBits() throws {
    let first = try ReferenceMarket.make(parameters(assets: 10, dates: 60))
    let second = try ReferenceMarket.make(parameters(assets: 10, dates: 60))
    #expect(first.panel == second.panel)
    let label = LabelSpec.standard
    let truths = [first, second].map { $0.truth?.expected(label)?.map(\.bitPattern) }
    #expect(truths[0] == truths[1] && truths[0] != nil)
  }

  @Test func anotherSeedGivesAnotherMarket() throws {
    let first = try ReferenceMarket.make(parameters(assets: 10, dates: 60, seed: 1))
    let second = try ReferenceMarket.make(parameters(assets: 10, dates: 60, seed: 2))
    #expect(first.panel != second.panel)
    #expect(first.panel.calendar == second.panel.calendar)
  }

  @Test func hasTheSizeAndAttributesAskedFor() throws {
    var asked = parameters(assets: 11, dates: 40)
    asked.sectors = 3
    let dataset = try ReferenceMarket.make(asked)
    #expect(dataset.panel.dates == 40 && dataset.panel.assets == 11)
    #expect(dataset.panel.fields == Panel.usualFields)
    #expect(dataset.panel.universe.groups(by: "sector")?.names.count == 3)
    #expect(dataset.panel.universe.groups(by: "leader")?.names == ["no", "yes"])
    #expect(dataset.isSimulated && dataset.title.contains("simulated"))
    #expect(dataset.panel.calendar[0].description == "2015-01-01")
    #expect(dataset.panel.calendar.dates.allSatisfy { $0.weekday < 5 })
  }

  @Test(arguments: [1, 2, 3, 9]) func worksWithHardlyAnyAssets(assets: Int) throws {
    var asked = parameters(assets: assets, dates: 2)
    asked.sectors = 1
    #expect(try ReferenceMarket.make(asked).panel.mask.allSatisfy { $0 })
  }

  @Test(arguments: [1, 5]) func candlesAreConsistent(seed: Int) throws {
    var asked = parameters(assets: 16, dates: 400, seed: seed)
    // The most violent market that the ranges allow.
    asked.marketVolatility = 0.03
    asked.sectorVolatility = 0.03
    asked.ownVolatility = 0.03
    asked.betaDispersion = 0.5
    asked.degreesOfFreedom = 2.5
    asked.crisisRate = 0.05
    asked.strength = .init(linear: 0.3, interaction: 0.3, sequence: 0.3, graph: 0.3)
    let panel = try ReferenceMarket.make(asked).panel
    let broken = (0..<panel.dates * panel.assets).filter { row in
      let (date, asset) = (row / panel.assets, row % panel.assets)
      let (open, high) = (panel[date, asset, 0], panel[date, asset, 1])
      let (low, close) = (panel[date, asset, 2], panel[date, asset, 3])
      let ordered = high >= max(open, close) && min(open, close) >= low && low > 0
      return !ordered || !(panel[date, asset, 4] >= 1)
    }
    #expect(broken.isEmpty)
  }

  @Test func aLongerMarketBeginsLikeAShorterOne() throws {
    let short = try ReferenceMarket.make(parameters(assets: 12, dates: 80))
    let long = try ReferenceMarket.make(parameters(assets: 12, dates: 120))
    let count = short.panel.values.count
    #expect(short.panel.values == Array(long.panel.values.prefix(count)))
    let label = LabelSpec.standard
    let (known, more) = (
      try #require(short.truth?.expected(label)), try #require(long.truth?.expected(label))
    )
    // The future decides neither the truth of a date nor, but for its end, whether there is one.
    #expect(known.prefix(78 * 12).elementsEqual(more.prefix(78 * 12)))
    #expect(known.suffix(2 * 12).allSatisfy { $0.isNaN })
  }

  @Test func addingAssetsRedrawsNobodysNoise() throws {
    let few = try ReferenceMarket.make(parameters(assets: 12, dates: 50, strength: noStrength))
    let many = try ReferenceMarket.make(parameters(assets: 20, dates: 50, strength: noStrength))
    for date in 0..<50 {
      for asset in 0..<12 {
        #expect(few.panel[date, asset, 3] == many.panel[date, asset, 3])
        #expect(few.panel[date, asset, 4] == many.panel[date, asset, 4])
      }
    }
  }

  @Test func aPartSwitchedOnRedrawsNoNoise() throws {
    let plain = try ReferenceMarket.simulate(
      parameters(assets: 12, dates: 50, strength: noStrength))
    let parts = try ReferenceMarket.simulate(parameters(assets: 12, dates: 50))
    #expect(plain.regimes == parts.regimes)
    #expect(plain.panel != parts.panel)
    // The noise of a day's return is what is left beside its mean.
    let label = try LabelSpec(entryLag: 0, horizon: 1)
    func noise(_ simulation: ReferenceMarket.Simulation) throws -> [Float] {
      let mean = try #require(simulation.truth.expected(label))
      return zip(try Labels(label, of: simulation.panel).returns, mean).map { $0 - $1 }
    }
    let pairs = zip(try noise(plain), try noise(parts)).filter { !$0.0.isNaN }
    #expect(pairs.count == 49 * 12)
    #expect(pairs.allSatisfy { abs($0.0 - $0.1) < 1e-6 })
  }

  @Test func lateListingsStayMissingUntilTheyAreListed() throws {
    var asked = parameters(assets: 40, dates: 120)
    asked.lateListings = 0.3
    let panel = try ReferenceMarket.make(asked).panel
    let first = (0..<40).map { asset in
      (0..<120).first { panel.mask[$0 * 40 + asset] } ?? 120
    }
    #expect((4...20).contains(first.count { $0 > 0 }))
    #expect(first.allSatisfy { $0 < 60 })
    for asset in 0..<40 {
      for date in 0..<120 { #expect(panel.mask[date * 40 + asset] == (date >= first[asset])) }
    }
  }

  @Test func missingRowsAreNaNAndAsManyAsAsked() throws {
    var asked = parameters(assets: 20, dates: 200)
    asked.missingRows = 0.1
    let dataset = try ReferenceMarket.make(asked)
    let missing = dataset.panel.mask.count { !$0 }
    #expect((300...500).contains(missing))
    let label = LabelSpec.standard
    let realised = try Labels(label, of: dataset.panel).returns
    let expected = try #require(dataset.truth?.expected(label))
    #expect(zip(realised, expected).allSatisfy { $0.isNaN == $1.isNaN })
  }
}
