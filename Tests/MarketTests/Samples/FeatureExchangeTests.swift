import Market
import TestSupport
import Testing

@Suite struct FeatureExchangeTests {
  /// Assets 0 to 3; asset 2 has no row on date 1, asset 3 is alone on date 2.
  static let keys =
    [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0), (1, 1), (1, 3), (2, 3)]
    .map { SampleKey(date: $0.0, asset: $0.1) }

  @Test func everyRowTakesFromTheNextOfItsDate() {
    let exchange = FeatureExchange(among: Self.keys, dates: 4, assets: 4, order: [2, 0, 3, 1])
    let sources = (0..<4).map { date in (0..<4).map { exchange.source(of: $0, on: date) } }
    #expect(sources == [[3, 2, 0, 1], [3, 0, 2, 1], [0, 1, 2, 3], [0, 1, 2, 3]])
  }

  @Test func aDateKeepsItsValuesAndNobodyItsOwn() throws {
    let samples = try SampleFactory { $0.dates = 6 }.samples(0..<6)
    let (width, column) = (samples.columns.count, 2)
    var random = SeedTree(root: 3).stream("order")
    let exchange = FeatureExchange(
      among: samples.keys, dates: 6, assets: 12, order: Array(0..<12).shuffled(using: &random))
    let (before, after) = (
      samples.matrix(), samples.exchanging([column], by: exchange).matrix()
    )
    for range in samples.dateRanges {
      #expect(
        range.map { before[$0 * width + column] }.sorted()
          == range.map { after[$0 * width + column] }.sorted())
    }
    for row in samples.keys.indices {
      for other in 0..<width {
        let isSame = before[row * width + other] == after[row * width + other]
        #expect(isSame == (other != column))
      }
    }
  }

  /// Over all orders, every other row is the source equally often.
  @Test func everyOtherRowIsEquallyLikely() {
    let keys = (0..<4).map { SampleKey(date: 0, asset: $0) }
    var counts = [[Int]](repeating: [0, 0, 0, 0], count: 4)
    for a in 0..<4 {
      for b in 0..<4 where b != a {
        for c in 0..<4 where c != a && c != b {
          let exchange = FeatureExchange(
            among: keys, dates: 1, assets: 4, order: [a, b, c, 6 - a - b - c])
          for asset in 0..<4 { counts[asset][exchange.source(of: asset, on: 0)] += 1 }
        }
      }
    }
    for asset in 0..<4 {
      #expect(counts[asset] == (0..<4).map { $0 == asset ? 0 : 8 })
    }
  }

  /// Rows, windows and cross-sections all show the same exchanged market.
  @Test func everyReaderSeesTheSameExchange() throws {
    let (dates, assets, width) = (9, 12, 5)
    let all = try SampleFactory { $0.dates = dates }.samples(0..<dates)
    // Asset 4 comes late: its rows, and with them the cycle, change on the way.
    let keys = all.keys.filter { $0.asset != 4 || $0.date > 3 }
    let exchange = FeatureExchange(
      among: keys, dates: dates, assets: assets, order: Array((0..<assets).reversed()))
    let samples = all.exchanging([0, 3], by: exchange)
    let matrix = samples.matrix()
    func value(_ date: Int, _ asset: Int, _ column: Int) -> Float {
      let source = [0, 3].contains(column) ? exchange.source(of: asset, on: date) : asset
      return all.matrix()[(date * assets + source) * width + column]
    }
    let (date, asset) = (5, 7)
    let row = date * assets + asset
    var (window, section) = ([Float](), [Float]())
    samples.gatherWindows([row], steps: 4, into: &window)
    samples.gatherCrossSection(at: row, ago: 2, into: &section)
    for column in 0..<width {
      #expect(matrix[row * width + column] == value(date, asset, column))
      for step in 0..<4 {
        #expect(window[step * width + column] == value(date - 3 + step, asset, column))
      }
      for other in 0..<assets {
        #expect(section[other * width + column] == value(date - 2, other, column))
      }
    }
    let some = samples.selecting([samples.keys[3], samples.keys[row]]).matrix()
    #expect(Array(some[width...]) == Array(matrix[row * width..<(row + 1) * width]))
    #expect(
      samples.trailingReturns(days: 2).elementsEqual(all.trailingReturns(days: 2)) { x, y in
        x == y || x.isNaN && y.isNaN
      })
  }
}
