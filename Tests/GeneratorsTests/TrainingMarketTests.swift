import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct TrainingMarketTests {
  /// A panel without any value on some dates, or without those dates.
  static func panel(missing: Range<Int>, keepingDates: Bool) throws -> Panel {
    let panel = try madeUpPanel(dates: 200, assets: 3)
    let width = panel.assets * panel.fields.count
    let kept = (0..<panel.dates).filter { keepingDates || !missing.contains($0) }
    return try Panel(
      calendar: TradingCalendar(kept.map { panel.calendar[$0] }), universe: panel.universe,
      fields: panel.fields,
      values: kept.flatMap { date in
        missing.contains(date)
          ? Array(repeating: Float.nan, count: width)
          : Array(panel.values[date * width..<(date + 1) * width])
      })
  }

  @Test(arguments: [true, false]) func aHoleIsAnErrorThatSaysWhere(keepingDates: Bool) throws {
    let calendar = try madeUpPanel(dates: 200, assets: 3).calendar
    let broken = try Self.panel(missing: 60..<100, keepingDates: keepingDates)
    let error = #expect(throws: GeneratorError.self) { try TrainingMarket(whole: broken) }
    guard case .hole(let first, let last) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // The first return after the hole is that of date 101, or of the date that follows 59.
    #expect(first > calendar[59] && first <= calendar[60])
    #expect(last >= calendar[99] && last <= calendar[100])
    #expect(error?.description.contains("--dates") == true)
    // On either side of it all is well, and a hole that is watched teaches nothing wrong.
    _ = try TrainingMarket(broken, training: Array(0..<60))
    _ = try TrainingMarket(broken, training: Array(0..<60), validation: Array(60..<broken.dates))
  }

  @Test(arguments: [true, false]) func aFewDaysOffAreNone(keepingDates: Bool) throws {
    _ = try TrainingMarket(whole: Self.panel(missing: 60..<64, keepingDates: keepingDates))
  }
}
