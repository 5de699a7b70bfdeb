import Foundation
import Market

extension MarketMoves {
  /// How far prices may go from where they start and volumes from what is usual, in logarithms: e⁴⁰ and e⁸.
  ///
  /// No market gets there; a path of many thousand days from a bad generator might, and would leave the
  /// range of `Float`.
  static let farthestPrice = 40.0
  static let farthestVolume = 8.0

  /// The panel these moves make from a starting point: one date of it for each date of moves.
  ///
  /// An asset whose return is NaN on a date has no observation there, and goes on from its last close. A
  /// missing gap leaves the open at the previous close; a shadow's sign is ignored; a missing
  /// volume is missing. Moves of a panel, rebuilt from its own start, give its prices and volumes to about
  /// 1e-6.
  /// - Throws: `PanelError` where the calendar or universe is of another size.
  public func panel(
    from start: StartingPoint, calendar: TradingCalendar, universe: Universe
  ) throws(PanelError) -> Panel {
    let fields = Panel.usualFields.filter { field in components.contains { $0.field == field } }
    var rebuilt = [Float](repeating: .nan, count: dates * assets * fields.count)
    let places = fields.map { field in components.firstIndex { $0.field == field } ?? 0 }
    let index = Dictionary(uniqueKeysWithValues: components.enumerated().map { ($1, $0) })
    for asset in 0..<Swift.min(assets, start.assets.count) {
      let origin = start.assets[asset]
      var level = 0.0
      for date in 0..<dates {
        func move(_ component: MarketComponent) -> Double {
          index[component].map { Double(self[date, asset, $0]) } ?? .nan
        }
        let logReturn = move(.logReturn)
        guard logReturn.isFinite else { continue }
        let before = level
        level = Self.clamped(level + logReturn, Self.farthestPrice)
        let gap = move(.gap)
        let opening = Self.clamped(before + (gap.isFinite ? gap : 0), Self.farthestPrice)
        func shadow(_ component: MarketComponent) -> Double {
          let value = abs(move(component))
          return value.isFinite ? Swift.min(value, 1) : 0
        }
        let (open, close) = (origin.close * exp(opening), origin.close * exp(level))
        let volume =
          origin.usualVolume * exp(Self.clamped(move(.logVolume), Self.farthestVolume))
        for (place, component) in places.enumerated() {
          let value =
            switch components[component] {
            case .logReturn: close
            case .gap: open
            case .upperShadow: max(open, close) * exp(shadow(.upperShadow))
            case .lowerShadow: min(open, close) * exp(-shadow(.lowerShadow))
            case .logVolume: volume
            }
          rebuilt[(date * assets + asset) * fields.count + place] = Float(value)
        }
      }
    }
    return try Panel(calendar: calendar, universe: universe, fields: fields, values: rebuilt)
  }

  private static func clamped(_ value: Double, _ limit: Double) -> Double {
    value.isNaN ? value : Swift.min(limit, Swift.max(-limit, value))
  }
}
