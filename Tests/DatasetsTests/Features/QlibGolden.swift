import Foundation
import Market
import Testing

/// A table printed by `benchmarks/peers/pyqlib_features.py`: date, ticker, columns.
struct QlibGolden {
  let columns: [String]
  var rows: [(date: TradingDate, ticker: String, values: [Double])]

  init(_ name: String) throws {
    let file = try #require(
      Bundle.module.url(forResource: name, withExtension: "csv", subdirectory: "Goldens"))
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    columns = try #require(lines.first).split(separator: ",").dropFirst(2).map(String.init)
    rows = try lines.dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let parts = cells[0].split(separator: "-").compactMap { Int($0) }
      let date = try #require(TradingDate(year: parts[0], month: parts[1], day: parts[2]))
      return (date, String(cells[1]), cells.dropFirst(2).map { Double($0) ?? .nan })
    }
  }

  /// The panel such a table holds.
  func panel() throws -> Panel {
    let calendar = try TradingCalendar(Set(rows.map(\.date)).sorted())
    let universe = try Universe(Set(rows.map(\.ticker)).sorted())
    let count = calendar.count * universe.count * columns.count
    var values = [Float](repeating: .nan, count: count)
    for row in rows {
      let (date, asset) = try position(of: row.date, row.ticker, calendar, universe)
      for (field, value) in row.values.enumerated() {
        values[(date * universe.count + asset) * columns.count + field] = Float(value)
      }
    }
    return try Panel(calendar: calendar, universe: universe, fields: columns, values: values)
  }

  /// Compares a column with what was computed; see `agreesWithQlib`.
  func compare(_ column: String, with panel: Panel, _ value: (Int, Int) -> Float) throws {
    let index = try #require(columns.firstIndex(of: column))
    let known = rows.count { !$0.values[index].isNaN }
    let zero = zeroOfQlib(rows.map { $0.values[index] })
    #expect(known > rows.count / 4, "\(column) is nearly all missing")
    for row in rows {
      let (date, asset) = try position(of: row.date, row.ticker, panel.calendar, panel.universe)
      let (expected, got) = (row.values[index], Double(value(date, asset)))
      #expect(
        agreesWithQlib(got, expected, zero: zero),
        "\(column) of \(row.ticker) on \(row.date): \(got), Qlib has \(expected)")
    }
  }

  private func position(
    of date: TradingDate, _ ticker: String, _ calendar: TradingCalendar, _ universe: Universe
  ) throws -> (Int, Int) {
    (
      try #require(calendar.dates.firstIndex(of: date)),
      try #require(universe.assets.firstIndex(of: ticker))
    )
  }
}
