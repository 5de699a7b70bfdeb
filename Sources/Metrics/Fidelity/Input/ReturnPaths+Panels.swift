import Foundation
import Market

extension ReturnPaths {
  /// Close-to-close log returns of panels that share calendar length and universe, a path each.
  ///
  /// There is one date fewer than in the panels. A return is missing where either close is missing or
  /// not positive; a log volume where the day's volume is. Without a volume field there are none.
  /// - Throws: `PanelError.missingField` without closes; `FidelityError` where panels differ in shape.
  public init(_ panels: [Panel]) throws {
    guard let first = panels.first, first.dates > 1 else { throw FidelityError.empty }
    let (dates, assets) = (first.dates - 1, first.assets)
    let hasVolume = panels.allSatisfy { $0.fields.contains("volume") }
    var (returns, volumes) = ([Float](), [Float]())
    returns.reserveCapacity(panels.count * dates * assets)
    for (path, panel) in panels.enumerated() {
      guard panel.dates == first.dates, panel.universe.assets == first.universe.assets else {
        throw FidelityError.unequalPanels(path: path)
      }
      guard let close = panel.fields.firstIndex(of: "close") else {
        throw PanelError.missingField("close", has: panel.fields, neededFor: "fidelity")
      }
      let volume = panel.fields.firstIndex(of: "volume")
      for date in 1...dates {
        for asset in 0..<assets {
          let (now, before) = (panel[date, asset, close], panel[date - 1, asset, close])
          returns.append(now > 0 && before > 0 ? Float(log(Double(now) / Double(before))) : .nan)
          if hasVolume, let volume {
            let traded = panel[date, asset, volume]
            volumes.append(traded > 0 ? log(traded) : .nan)
          }
        }
      }
    }
    try self.init(
      paths: panels.count, dates: dates, assets: assets, names: first.universe.assets,
      returns: returns, logVolumes: hasVolume ? volumes : nil)
  }
}
