import Market
import Testing
import Torch

@testable import Networks

@Suite struct WindowReaderTests {
  let samples: Samples

  /// Rows with holes: assets missing on some dates, one for longer than a window.
  init() throws {
    let all = try madeRows(dates: 20, assets: 4, columns: 3, seed: 1) { _ in 0 }.samples
    samples = all.selecting(
      all.keys.filter { key in
        let (date, asset) = (Int(key.date), Int(key.asset))
        return asset == 0 || asset == 1 && date % 3 != 0 || asset == 2 && !(3..<15).contains(date)
          || asset == 3 && date == 9
      })
  }

  @Test(arguments: [1, 2, 5, 30])
  func tableAndPanelGiveTheSameWindows(_ steps: Int) throws {
    let table = try WindowReader(of: samples, steps: steps, columns: 3)
    let panel = try WindowReader(of: samples, steps: steps, columns: 3, largestTable: 0)
    var expected: [Float] = []
    samples.gatherWindows(samples.keys.indices, steps: steps, into: &expected)
    let positions = Array(samples.keys.indices)
    #expect(try table(positions).shape == [samples.count, steps, 3])
    #expect(try table(positions).floats() == expected)
    #expect(try panel(positions).floats() == expected)
    let some = [17, 3, 3, samples.count - 1, 0]
    #expect(try table(some).floats() == panel(some).floats())
  }

  /// A window takes an exchanged column from one asset throughout, out of the table as out of the
  /// panel.
  @Test func exchangedColumnsAreTheSameInBoth() throws {
    let all = try madeRows(dates: 20, assets: 4, columns: 3, seed: 1) { _ in 0 }.samples
    let exchange = FeatureExchange(
      among: all.keys, dates: 20, assets: 4, order: [1, 3, 0, 2])
    let rows = all.selecting(samples.keys).exchanging([2], by: exchange)
    let table = try WindowReader(of: rows, steps: 5, columns: 3)
    let panel = try WindowReader(of: rows, steps: 5, columns: 3, largestTable: 0)
    let positions = Array(rows.keys.indices)
    let windows = try table(positions).floats()
    #expect(try panel(positions).floats() == windows)
    // Asset 0 takes from asset 2: the last row's column 2 is that asset's own history.
    let row = try #require(rows.keys.lastIndex { $0.asset == 0 })
    let other = SampleKey(date: Int(rows.keys[row].date), asset: 2)
    var expected: [Float] = []
    all.gatherWindows([try #require(all.keys.firstIndex(of: other))], steps: 5, into: &expected)
    for step in 0..<5 {
      #expect(windows[(row * 5 + step) * 3 + 2] == expected[step * 3 + 2])
    }
  }

  @Test func otherColumnsAreRefused() throws {
    #expect(throws: TrainingError.columns(expected: 4, got: 3)) {
      try WindowReader(of: samples, steps: 2, columns: 4)
    }
    let none = try WindowReader(of: samples.selecting([]), steps: 2, columns: 3)
    #expect(try none([]).shape == [0, 2, 3])
  }

  @Test func piecesChangeNothing() throws {
    let x = try Generator(seed: 1).normal([10, 2])
    var sizes: [Int] = []
    func doubled(_ pass: Pass) throws -> [Float] {
      sizes = []
      return try x.inPieces(pass, of: 4) {
        sizes.append($0.shape[0])
        return try $0 * 2
      }.floats()
    }
    #expect(try doubled(.evaluating) == (x * 2).floats() && sizes == [4, 4, 2])
    #expect(try doubled(.training(Generator(seed: 1))) == (x * 2).floats() && sizes == [10])
  }

  /// Longer than the windows that were made: what lies before them is another history.
  @Test(arguments: [2, 3, 5])
  func windowsOfMadeRowsEndWhereTheirHistoryBegins(_ steps: Int) throws {
    let real = try TwoSourceMarket(dates: 12, assets: 4).rows(2..<10)
    let set = try SampleSet(
      columns: real.samples.columns, steps: 3,
      crossSections: [
        .init(excessDate: 4, marketDate: 5, assets: [0, 1, 3]),
        .init(excessDate: 6, marketDate: 5, assets: [1, 3]),
      ], windows: (0..<45).map { Float($0) / 10 - 2 }, labels: [0, 1, 2, 3, 4],
      weights: [1, 1, 1, 1, 1])
    for rows in try [real.replaced(by: set), real.augmented(with: set)] {
      let positions = Array(rows.samples.keys.indices)
      let table = try WindowReader(of: rows.samples, steps: steps, columns: 3)
      let gathered = try WindowReader(
        of: rows.samples, steps: steps, columns: 3, largestTable: 0)
      #expect(try table(positions).floats() == gathered(positions).floats())
    }
  }
}
