import Datasets
import Foundation
import Market
import TestSupport

/// The S&P 500 from 2009-05-01 to 2018-12-31: the window of *Quant GANs*.
enum IndexWindow {
  static func panel() throws -> Panel {
    guard let file = RealData.file("sp500-index-1999-2018.csv.gz") else {
      throw CocoaError(.fileNoSuchFile)
    }
    var options = ImportOptions()
    options.columns = [.close: "Adj Close"]
    let (panel, _) = try CSVImporter(options: options).panel(from: [file.path])
    guard let first = TradingDate(year: 2009, month: 5, day: 1),
      let last = TradingDate(year: 2018, month: 12, day: 31),
      let close = panel.fields.firstIndex(of: "close")
    else { throw CocoaError(.fileReadCorruptFile) }
    let rows = (0..<panel.dates).filter {
      panel.calendar[$0] >= first && panel.calendar[$0] <= last
    }
    return try Panel(
      calendar: TradingCalendar(rows.map { panel.calendar[$0] }), universe: panel.universe,
      fields: ["close"], values: rows.map { panel[$0, 0, close] })
  }

  static func returns() throws -> [Double] {
    let panel = try panel()
    let closes = panel.values.map { log(Double($0)) }
    return closes.indices.dropFirst().map { closes[$0] - closes[$0 - 1] }
  }
}
