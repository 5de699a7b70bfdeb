import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct MarketMovesTests {
  /// Two assets, three dates; by hand.
  static func panel() throws -> Panel {
    let rows: [[Float]] = [
      [10, 12, 9, 11, 100], [20, 21, 19, 20, 300],
      [11, 11, 10, 10, 200], [20, 24, 20, 22, 300],
      [.nan, .nan, .nan, .nan, .nan], [22, 23, 20, 21, 300],
    ]
    return try Panel(
      calendar: weekdays(3), universe: Universe(["A", "B"]), fields: Panel.usualFields,
      values: rows.flatMap { $0 })
  }

  @Test func movesAreThoseWorkedOutByHand() throws {
    let moves = try MarketMoves(of: Self.panel(), dates: 0..<3)
    #expect(moves.components == MarketComponent.allCases)
    #expect(moves[0, 0, 0].isNaN && moves[0, 0, 1].isNaN)
    #expect(abs(moves[0, 0, 2] - Float(log(12.0 / 11))) < 1e-6)
    #expect(abs(moves[0, 0, 3] - Float(log(10.0 / 9))) < 1e-6)
    #expect(abs(moves[1, 0, 0] - Float(log(10.0 / 11))) < 1e-6)
    #expect(moves[1, 0, 1] == 0)
    #expect(moves[1, 0, 2] == 0)
    #expect(moves[1, 0, 3] == 0)
    #expect(moves[2, 0, 0].isNaN && !moves.isComplete(date: 2, asset: 0))
    #expect(abs(moves[1, 1, 0] - Float(log(22.0 / 20))) < 1e-6)
    // Fewer than five volumes have no median.
    #expect(moves[2, 1, 4].isNaN)
  }

  @Test func aStretchSeesNothingBeforeIt() throws {
    let panel = try madeUpPanel()
    var poisoned = panel.values
    let row = panel.assets * panel.fields.count
    for index in 0..<40 * row where !poisoned[index].isNaN { poisoned[index] *= 1000 }
    let other = try Panel(
      calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: poisoned)
    let moves = try MarketMoves(of: panel, dates: 40..<90)
    let same = try MarketMoves(of: other, dates: 40..<90)
    #expect(zip(moves.values, same.values).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    #expect(moves.marketReturns[0].isNaN && !moves.marketReturns[1].isNaN)
  }

  @Test func pricesAreRebuiltFromMoves() throws {
    let panel = try madeUpPanel(dates: 400, assets: 3, seed: 4)
    let moves = try MarketMoves(of: panel, dates: 0..<400)
    // From date 30 on, with what was known after date 29; asset 2 is away for a while later.
    let rebuilt = try moves.rows(30..<200).panel(
      from: StartingPoint(of: panel, dates: 0..<30),
      calendar: try TradingCalendar(Array(panel.calendar.dates[30..<200])),
      universe: panel.universe)
    for asset in 0..<2 {
      var broken = false
      for date in 0..<170 {
        // A hole in the panel is a hole in the rebuilt one, and what follows starts from elsewhere.
        if (0..<4).contains(where: { panel[date + 30, asset, $0].isNaN }) { broken = true }
        if broken { continue }
        for field in 0..<4 {
          let (a, b) = (rebuilt[date, asset, field], panel[date + 30, asset, field])
          #expect(abs(a / b - 1) < 1e-5)
        }
      }
    }
  }

  @Test func whateverTheMovesThePricesAreValid() throws {
    var stream = SeedStream(seed: 3)
    let (dates, assets) = (3000, 3)
    let values = (0..<dates * assets * 5).map { index -> Float in
      let wild = index % 997 == 0 ? 30.0 : 0.2
      return Float(wild * stream.normal() + 0.1)
    }
    let moves = MarketMoves(
      dates: dates, assets: assets, components: MarketComponent.allCases, values: values)
    let panel = try moves.panel(
      from: StartingPoint(Array(repeating: .new, count: assets)),
      calendar: .weekdays(from: TradingDate(daysSinceEpoch: 0), count: dates),
      universe: Universe(["A", "B", "C"]))
    for date in 0..<dates {
      for asset in 0..<assets {
        let bar = (0..<5).map { panel[date, asset, $0] }
        #expect(bar.allSatisfy { $0.isFinite && $0 > 0 })
        #expect(bar[1] >= max(bar[0], bar[3]) && bar[2] <= min(bar[0], bar[3]))
      }
    }
  }

  @Test func windowsNeverSpanAGap() throws {
    let panel = try madeUpPanel(dates: 60, assets: 2)
    let dates = Array(0..<20) + Array(30..<60)
    let market = try TrainingMarket(panel, training: dates)
    #expect(market.stretches.map(\.dates) == [0..<20, 30..<60])
    let windows = try market.windows(of: 19, for: "a test")
    #expect(windows.count { $0.stretch == 0 } == 1 && windows.count { $0.stretch == 1 } == 11)
    #expect(windows.allSatisfy { $0.row >= 1 })
    #expect(throws: GeneratorError.tooShort(longest: 29, needed: 30, for: "a test")) {
      try market.windows(of: 30, for: "a test")
    }
  }
}
