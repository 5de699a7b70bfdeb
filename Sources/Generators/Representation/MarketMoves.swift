import Foundation
import Market

/// A market as generators see it: date × asset × component, row-major in that order.
///
/// Missing is NaN. Made from a panel, a day's return and gap need the close of the date just before;
/// shadows and volume are the day's own.
public struct MarketMoves: Sendable, Equatable {
  public let dates: Int
  public let assets: Int
  public let components: [MarketComponent]
  public var values: [Float]

  /// - Precondition: as many values as dates × assets × components.
  public init(dates: Int, assets: Int, components: [MarketComponent], values: [Float]) {
    precondition(values.count == dates * assets * components.count)
    (self.dates, self.assets, self.components) = (dates, assets, components)
    self.values = values
  }

  /// The moves of some dates of a panel, as if nothing had been before them.
  ///
  /// So the first date has no returns: nothing outside of `dates` is looked at. Volumes are measured
  /// against `usualVolumes`, one an asset, or the medians of these dates.
  /// - Throws: `PanelError.missingField` for a panel without closes.
  public init(
    of panel: Panel, dates range: Range<Int>, usualVolumes: [Double]? = nil
  ) throws(PanelError) {
    let components = try MarketComponent.components(of: panel.fields)
    let width = components.count
    var values = [Float](repeating: .nan, count: range.count * panel.assets * width)
    func field(_ name: String) -> Int? { panel.fields.firstIndex(of: name) }
    let (open, high, low) = (field("open"), field("high"), field("low"))
    let (close, volume) = (field("close"), field("volume"))
    let usual = usualVolumes ?? UsualVolume.medians(of: panel, dates: range)
    for asset in 0..<panel.assets {
      func value(_ date: Int, _ field: Int?) -> Double {
        guard let field else { return .nan }
        let value = Double(panel[date, asset, field])
        return value > 0 ? value : .nan
      }
      for (row, date) in range.enumerated() {
        let before = row > 0 ? value(date - 1, close) : .nan
        let (first, last) = (value(date, open), value(date, close))
        for (index, component) in components.enumerated() {
          let move =
            switch component {
            case .logReturn: log(last / before)
            case .gap: log(first / before)
            case .upperShadow: max(0, log(value(date, high) / max(first, last)))
            case .lowerShadow: max(0, log(min(first, last) / value(date, low)))
            case .logVolume: log(value(date, volume) / usual[asset])
            }
          // max(0, NaN) may be 0, and a shadow is unknown where a price of the body is.
          let isKnown =
            component == .logReturn || component == .gap || component == .logVolume
            || !(first.isNaN || last.isNaN)
              && !value(date, component == .upperShadow ? high : low).isNaN
          if move.isFinite, isKnown {
            values[(row * panel.assets + asset) * width + index] = Float(move)
          }
        }
      }
    }
    self.init(dates: range.count, assets: panel.assets, components: components, values: values)
  }

  public var width: Int { components.count }

  public subscript(date: Int, asset: Int, component: Int) -> Float {
    get { values[(date * assets + asset) * width + component] }
    set { values[(date * assets + asset) * width + component] = newValue }
  }

  /// One component as date × asset, row-major; `nil` where the market lacks it.
  public func series(_ component: MarketComponent) -> [Float]? {
    guard let index = components.firstIndex(of: component) else { return nil }
    return (0..<dates * assets).map { values[$0 * width + index] }
  }

  /// Whether every component of the asset's day is known.
  public func isComplete(date: Int, asset: Int) -> Bool {
    let start = (date * assets + asset) * width
    return values[start..<start + width].allSatisfy { !$0.isNaN }
  }
}
