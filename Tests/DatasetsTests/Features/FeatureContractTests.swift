import Foundation
import Market
import TestSupport
import Testing

@testable import Datasets

/// What every feature set promises, taken from the registry.
@Suite struct FeatureContractTests {
  static let panel = Result { try madeUpPanel() }

  @Test(arguments: featureRegistry.ids)
  func describesItself(id: String) throws {
    let entry = try featureRegistry.require(id)
    #expect(!entry.summary.isEmpty)
    #expect(entry.revision >= 1)
    let features = try entry.compute(Self.panel.get(), entry.resolve(Data()))
    #expect(!features.columns.isEmpty)
    #expect(Set(features.columns).count == features.columns.count)
    #expect((features.dates, features.assets) == (90, 5))
  }

  /// What happens from a date on moves nothing before it by one bit, and something from it on.
  @Test(arguments: featureRegistry.ids, [1, 37, 61, 89])
  func seesNoFuture(id: String, change: Int) throws {
    let entry = try featureRegistry.require(id)
    let (options, panel) = (try entry.resolve(Data()), try Self.panel.get())
    var random = SeedTree(root: 7).stream("future")
    var values = panel.values
    for index in change * panel.assets * panel.fields.count..<values.count {
      values[index] = random.uniform() < 0.2 ? .nan : values[index] * Float(1.5 - random.uniform())
    }
    let changed = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values)
    let (before, after) = (try entry.compute(panel, options), try entry.compute(changed, options))
    var moved = Set<Int>()
    for date in 0..<panel.dates {
      for asset in 0..<panel.assets {
        for column in before.columns.indices {
          let old = before[date, asset, column]
          let new = after[date, asset, column]
          if old.bitPattern != new.bitPattern, !(old.isNaN && new.isNaN) { moved.insert(date) }
        }
      }
    }
    #expect(moved.allSatisfy { $0 >= change })
    #expect(moved.contains(change))
  }

  /// Another asset's history is no business of a feature of this one's.
  @Test(arguments: featureRegistry.ids)
  func doesNotDependOnOrderOfAssets(id: String) throws {
    let entry = try featureRegistry.require(id)
    let (options, panel) = (try entry.resolve(Data()), try Self.panel.get())
    let (assets, fields) = (panel.assets, panel.fields.count)
    var values: [Float] = []
    for date in 0..<panel.dates {
      for asset in (0..<assets).reversed() {
        for field in 0..<fields { values.append(panel[date, asset, field]) }
      }
    }
    let turned = try Panel(
      calendar: panel.calendar, universe: Universe(panel.universe.assets.reversed()),
      fields: panel.fields, values: values)
    let (a, b) = (try entry.compute(panel, options), try entry.compute(turned, options))
    for date in 0..<panel.dates {
      for asset in 0..<assets {
        for column in a.columns.indices {
          let (x, y) = (
            a[date, asset, column],
            b[date, assets - 1 - asset, column]
          )
          #expect(x.bitPattern == y.bitPattern || (x.isNaN && y.isNaN))
        }
      }
    }
  }

  @Test(arguments: featureRegistry.ids)
  func isNeverInfinite(id: String) throws {
    let entry = try featureRegistry.require(id)
    // Zero prices cannot be imported, but nothing in a panel forbids them.
    let panel = try Self.panel.get()
    let zeroed = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields,
      values: panel.values.enumerated().map { $0 % 7 == 0 && !$1.isNaN ? 0 : $1 })
    let features = try entry.compute(zeroed, entry.resolve(Data()))
    for date in 0..<panel.dates {
      for asset in 0..<panel.assets {
        for column in features.columns.indices {
          #expect(!features[date, asset, column].isInfinite)
        }
      }
    }
  }

  @Test(arguments: featureRegistry.ids)
  func namesTheFieldItLacks(id: String) throws {
    let entry = try featureRegistry.require(id)
    for field in entry.requiredFields {
      let fields = Panel.usualFields.filter { $0 != field }
      let panel = try madeUpPanel(dates: 5, assets: 2, fields: fields)
      #expect(
        throws: PanelError.missingField(
          field, has: fields, neededFor: "the feature set '\(id)'")
      ) { try entry.compute(panel, entry.resolve(Data())) }
    }
  }

  @Test(arguments: featureRegistry.ids)
  func takesTheSmallestPanels(id: String) throws {
    let entry = try featureRegistry.require(id)
    for (dates, assets) in [(1, 1), (1, 9), (2, 17), (0, 3), (3, 0)] {
      let panel = try madeUpPanel(dates: dates, assets: assets)
      let features = try entry.compute(panel, entry.resolve(Data()))
      #expect((features.dates, features.assets) == (dates, assets))
    }
  }

  @Test(arguments: featureRegistry.ids)
  func refusesStrayOptions(id: String) throws {
    let entry = try featureRegistry.require(id)
    #expect(throws: SpecError.self) { try entry.resolve(Data("{ windwo: 3 }".utf8)) }
    #expect(throws: SpecError.self) { try entry.resolve(Data("[3]".utf8)) }
  }

  @Test func windowIsTheSpecs() throws {
    let entry = try featureRegistry.require("raw")
    let options = try entry.resolve(Data("{ window: 7 } // a week".utf8))
    #expect(String(decoding: options, as: UTF8.self) == #"{"window":7}"#)
    #expect(String(decoding: try entry.resolve(Data()), as: UTF8.self) == #"{"window":60}"#)
    let features = try entry.compute(Self.panel.get(), options)
    #expect(features.window == 7)
    #expect(features.columns.count == 42)
    for window in [0, -1, 251] {
      #expect(
        throws: SpecError.invalid(
          key: "window", value: "\(window)", accepted: "1 to 250 dates")
      ) { try entry.resolve(Data("{ window: \(window) }".utf8)) }
    }
  }

  /// The panel's own volume-weighted price is used where it has one.
  @Test func vwapOfThePanelComesFirst() throws {
    let panel = try madeUpPanel(dates: 4, assets: 1, fields: Panel.usualFields + ["vwap"])
    let features = try RawWindows.compute(panel, .init(window: 1))
    let column = try #require(features.columns.firstIndex(of: "VWAP0"))
    for date in 0..<4 {
      let expected = panel[date, 0, 5] / panel[date, 0, 3]
      #expect(features[date, 0, column] == expected)
    }
  }
}
