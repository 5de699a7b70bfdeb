import Datasets
import Market
import Testing

/// A panel, written as text in a random way and order, must come back the same.
@Suite struct ImportPropertyTests {
  @Test(arguments: 0..<40) func longTextComesBack(seed: Int) throws {
    var random = SeedStream(seed: UInt64(seed))
    let panel = try Self.panel(&random, fields: Panel.usualFields)
    let (back, report) = try imported(Self.long(panel, &random))
    #expect(back == panel)
    #expect(report.rowsRead == panel.mask.count { $0 })
    #expect(report.rowsKept == report.rowsRead)
    #expect(report.dropped.isEmpty && report.blanked.isEmpty && report.kept.isEmpty)
  }

  @Test(arguments: 0..<20) func wideTextComesBack(seed: Int) throws {
    var random = SeedStream(seed: UInt64(seed) + 1000)
    let panel = try Self.panel(&random, fields: ["close"])
    let (back, report) = try imported(Self.wide(panel, &random))
    #expect(back == panel)
    #expect(report.observations == panel.mask.count { $0 })
  }

  /// Consistent prices with holes; every date and every asset has at least one close.
  private static func panel(_ random: inout SeedStream, fields: [String]) throws -> Panel {
    let (dates, assets) = (3 + random.below(12), 1 + random.below(7))
    var day = Int32(random.below(20_000))
    var calendar: [TradingDate] = []
    for _ in 0..<dates {
      calendar.append(TradingDate(daysSinceEpoch: day))
      day += Int32(1 + random.below(40))
    }
    let names = (0..<assets).map { "N\(random.below(100)) \($0), \"é\"" }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var values: [Float] = []
    for cell in 0..<dates * assets {
      let isWhole = cell < assets || cell % assets == 0
      if !isWhole, random.below(5) == 0 {
        values += [Float](repeating: .nan, count: fields.count)
        continue
      }
      let prices = (0..<4).map { _ in Float(0.01 + 500 * random.uniform()) }.sorted()
      let row = [prices[1], prices[3], prices[0], prices[2], Float(random.below(1 << 30))]
      for (index, field) in Panel.usualFields.enumerated() where fields.contains(field) {
        values.append(field != "close" && random.below(6) == 0 ? .nan : row[index])
      }
    }
    return try Panel(
      calendar: TradingCalendar(calendar), universe: Universe(names), fields: fields,
      values: values)
  }

  private static func long(_ panel: Panel, _ random: inout SeedStream) -> String {
    var style = Style(&random)
    var columns = ["Date", "Ticker"] + panel.fields.map { $0.uppercased() } + ["ignored"]
    columns.shuffle(using: &random)
    var rows: [[String: String]] = []
    for date in 0..<panel.dates {
      for asset in 0..<panel.assets where panel.mask[date * panel.assets + asset] {
        var row = [
          "Date": style.date(panel.calendar[date]), "Ticker": panel.universe.assets[asset],
          "ignored": "any, \"thing\"\n",
        ]
        for (index, field) in panel.fields.enumerated() {
          row[field.uppercased()] = style.number(panel[date, asset, index])
        }
        rows.append(row)
      }
    }
    rows.shuffle(using: &random)
    return style.text([columns] + rows.map { row in columns.map { row[$0] ?? "" } })
  }

  private static func wide(_ panel: Panel, _ random: inout SeedStream) -> String {
    var style = Style(&random)
    let order = Array(0..<panel.assets).shuffled(using: &random)
    var rows = (0..<panel.dates).map { date in
      [style.date(panel.calendar[date])] + order.map { style.number(panel[date, $0, 0]) }
    }
    rows.shuffle(using: &random)
    return style.text([["when"] + order.map { panel.universe.assets[$0] }] + rows)
  }
}

/// One of the ways in which files are written.
private struct Style {
  private var random: SeedStream
  private let delimiter: String
  private let end: String
  private let dates: Int
  private let quotes: Int
  private let hasMark: Bool

  init(_ seed: inout SeedStream) {
    random = SeedStream(seed: seed.next())
    delimiter = [",", ";", "\t", "|"][random.below(4)]
    end = ["\n", "\r\n"][random.below(2)]
    dates = random.below(4)
    quotes = random.below(3)
    hasMark = random.below(2) == 0
  }

  func date(_ date: TradingDate) -> String {
    let (year, month, day) = date.components
    switch dates {
    case 0: return "\(date)"
    case 1: return date.description.filter { $0 != "-" }
    case 2: return "\(year)/\(month)/\(day)"
    default: return "\(date)T00:00:00"
    }
  }

  /// Enough digits to come back as the same single-precision number.
  mutating func number(_ value: Float) -> String {
    guard !value.isNaN else { return ["", "", "NaN", "null"][random.below(4)] }
    switch random.below(4) {
    case 0: return "\(Double(value))"
    case 1: return "+\(value)"
    case 2: return "000\(Double(value))e0"
    default: return "\(value)"
    }
  }

  mutating func text(_ rows: [[String]]) -> String {
    var text = hasMark ? "\u{FEFF}" : ""
    for row in rows {
      var cells: [String] = []
      for cell in row {
        let mustQuote = cell.contains { "\",;\t|\n".contains($0) }
        if mustQuote || (quotes > 0 && random.below(4) < quotes) {
          let doubled = cell.split(separator: "\"", omittingEmptySubsequences: false)
          cells.append("\"" + doubled.joined(separator: "\"\"") + "\"")
        } else {
          cells.append(random.below(8) == 0 ? "  \(cell) " : cell)
        }
      }
      text += cells.joined(separator: delimiter) + end
      if random.below(10) == 0 { text += end }
    }
    return text
  }
}

extension SeedStream {
  fileprivate mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
