import Market
import TestSupport
import Testing

@Suite struct MarketReturnsTests {
  /// All rows with a label of some dates of a made-up panel, as a fold has them.
  func rows(_ panel: Panel, _ labels: Labels, dates: [Int]) throws -> LabelledSamples {
    let closes = try panel.series(of: "close", for: "the test")
    let keys = dates.flatMap { date in
      (0..<panel.assets).compactMap { asset in
        labels.targets[date * panel.assets + asset].isNaN
          ? nil : SampleKey(date: date, asset: asset)
      }
    }
    let features = FeaturePanel(
      dates: panel.dates, assets: panel.assets, columns: ["none"],
      values: Array(repeating: 0, count: closes.count))
    return LabelledSamples(
      samples: Samples(
        keys: keys, features: features,
        transform: FeatureTransform(center: [0], scale: [1]), universe: panel.universe,
        closes: closes),
      labels: keys.map { labels.targets[Int($0.date) * panel.assets + Int($0.asset)] })
  }

  @Test(arguments: [(1, 1), (0, 1), (2, 3)])
  func isTheMeanOfTheLabelsReturns(_ lag: Int, _ horizon: Int) throws {
    let panel = try madeUpPanel(dates: 60, assets: 6)
    let label = try LabelSpec(entryLag: lag, horizon: horizon)
    let labels = try Labels(label, of: panel)
    let dates = Array(5..<20) + Array(28..<45)
    let rows = try rows(panel, labels, dates: dates)
    let returns = rows.marketReturns(label)
    #expect(returns.count == rows.count)
    for range in rows.samples.dateRanges {
      let date = Int(rows.samples.keys[range.lowerBound].date)
      // The last dates of a stretch have labels, but the dates these end on are not of these rows.
      guard dates.contains(date + label.reach) else {
        #expect(range.allSatisfy { returns[$0].isNaN })
        continue
      }
      let section = range.map {
        labels.returns[date * panel.assets + Int(rows.samples.keys[$0].asset)]
      }
      let mean = section.reduce(0, +) / Float(section.count)
      #expect(range.allSatisfy { abs(returns[$0] - mean) < 1e-6 })
    }
  }

  @Test func madeRowsHaveNoMarketReturn() throws {
    let rows = try SampleFactory().labelled(5..<30)
    for steps in [1, 2, 3] {
      let made = try rows.replaced(by: SampleSetTests.set(steps: steps))
      #expect(made.marketReturns(.standard).allSatisfy { $0.isNaN })
    }
  }
}
