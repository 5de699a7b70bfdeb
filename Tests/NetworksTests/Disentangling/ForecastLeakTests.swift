import Market
import Testing
import Torch

@testable import Networks

@Suite struct ForecastLeakTests {
  /// Of five rows, three of one date and two of the next.
  static var dateMeans: Tensor {
    get throws {
      try Tensor(
        (0..<25).map { cell -> Double in
          let (row, other) = (cell / 5, cell % 5)
          return row < 3 ? (other < 3 ? 1.0 / 3 : 0) : (other < 3 ? 0 : 0.5)
        }, shape: [5, 5])
    }
  }

  static func share(_ forecasts: [Double], code: [[Double]]) throws -> Double {
    try ForecastLeak.share(
      of: Tensor(forecasts, shape: [5, 1]),
      in: Tensor(code.flatMap { $0 }, shape: [5, code[0].count]),
      within: dateMeans
    ).item()
  }

  /// Deviations from the means of the dates are (−1, 0, 1) and (−2, 2).
  let forecasts: [Double] = [1, 2, 3, 10, 14]

  @Test func aCodeThatHoldsTheForecastGivesAllOfItAway() throws {
    let found = try Self.share(forecasts, code: forecasts.map { [5 - 2 * $0, 1] })
    #expect(abs(found - 1) < 2e-3)
  }

  @Test func whatDatesShareIsNoLeak() throws {
    #expect(try Self.share(forecasts, code: [[2], [2], [2], [12], [12]]) < 1e-9)
    // Deviations of (1, −2, 1) and (0, 0) have nothing to do with the forecast's.
    #expect(try Self.share(forecasts, code: [[1], [-2], [1], [7], [7]]) < 1e-9)
  }

  /// Code deviations (−1, 0, 1) and (0, 0): the product is 2 / 5, the variances 2 / 5 and 10 / 5.
  @Test func theShareIsThatWorkedByHand() throws {
    let found = try Self.share(forecasts, code: [[1], [2], [3], [0], [0]])
    #expect(abs(found - 0.4 * 0.4 / (0.4 * 1.001 * 2)) < 1e-6)
  }

  @Test func equalForecastsCannotBeFound() throws {
    #expect(try Self.share([3, 3, 3, 3, 3], code: forecasts.map { [$0] }) == 0)
  }

  /// The label is the asset's part of sum and difference, plus noise of 0.3.
  @Test func ridgeRegressionFindsWhatMakesTheLabel() throws {
    let market = TwoSourceMarket(assets: 20)
    let rows = try market.rows(2..<150)
    let found = try ForecastLeak.linearForecasts(of: rows)
    let known = rows.samples.matrix()
    var (products, squares) = (0.0, 0.0)
    for range in rows.samples.dateRanges {
      let own = range.map { Double(known[3 * $0] + known[3 * $0 + 1]) / 2 }
      let mean = own.reduce(0, +) / Double(own.count)
      for (row, value) in zip(range, own) {
        products += Double(found[row]) * (value - mean)
        squares += (value - mean) * (value - mean)
      }
      #expect(abs(range.reduce(0.0) { $0 + Double(found[$1]) }) < 1e-4)
    }
    #expect(abs(products / squares - 1) < 0.02)
  }
}
