import Foundation
import Market

/// A made-up market with what real ones have: suspensions, late listings, single missing fields, days
/// without trade.
///
/// The same arguments give the same panel. Prices are consistent (low ≤ open, close ≤ high). From
/// four assets on, every fourth lists late and every fourth is suspended for a while.
public func madeUpPanel(
  dates: Int = 90, assets: Int = 5, seed: UInt64 = 1, fields: [String] = Panel.usualFields
) throws -> Panel {
  let seeds = SeedTree(root: seed)
  var values = [Float](repeating: .nan, count: dates * assets * fields.count)
  for asset in 0..<assets {
    var random = seeds.stream("asset", "\(asset)")
    var close = 20 * exp(random.normal())
    let listing = asset % 4 == 3 ? dates / 3 : 0
    let suspended = asset % 4 == 2 ? dates / 2..<dates / 2 + dates / 8 : 0..<0
    for date in 0..<dates {
      let open = close * exp(0.004 * random.normal())
      close = open * exp(0.012 * random.normal())
      let high = max(open, close) * exp(0.004 * abs(random.normal()))
      let low = min(open, close) * exp(-0.004 * abs(random.normal()))
      let isIdle = random.uniform() < 0.01
      let volume = isIdle ? 0 : exp(13 + 0.6 * random.normal()).rounded()
      let lacks = random.uniform() < 0.02 ? Int(random.uniform() * 5) : nil
      guard date >= listing, !suspended.contains(date) else { continue }
      let bar = [
        "open": open, "high": high, "low": low, "close": close, "volume": volume,
        "vwap": (high + low + open + close) / 4,
      ]
      for (index, field) in fields.enumerated() where lacks != index {
        values[(date * assets + asset) * fields.count + index] = Float(bar[field] ?? .nan)
      }
    }
  }
  return try Panel(
    calendar: weekdays(dates), universe: Universe((0..<assets).map { "A\($0)" }), fields: fields,
    values: values)
}

/// So many weekdays from Thursday, 2 January 2020 on.
public func weekdays(_ count: Int) throws -> TradingCalendar {
  var days: [TradingDate] = []
  var day = TradingDate(daysSinceEpoch: 18_263)
  while days.count < count {
    if day.weekday < 5 { days.append(day) }
    day = TradingDate(daysSinceEpoch: day.daysSinceEpoch + 1)
  }
  return try TradingCalendar(days)
}
