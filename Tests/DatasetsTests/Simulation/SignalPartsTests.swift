import Foundation
import Testing

@testable import Datasets

@Suite struct SignalPartsTests {
  /// Against numpy: `np.polyfit` and `np.corrcoef` on the same values.
  @Test func trendAgreesWithNumpy() {
    let trend = Trend([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    #expect(abs(trend.lastResidual - -2.127272727272725) < 1e-12)
    #expect(abs(trend.explained - 0.11177347242921015) < 1e-12)
  }

  @Test func correlationOfAConstantIsZero() {
    #expect(SignalParts.correlation([1, 1, 1], [1, 2, 3]) == 0)
    #expect(abs(SignalParts.correlation([1, 2, 3], [6, 4, 2]) - -1) < 1e-12)
  }

  /// The wave sees neither a level, nor the trend features, nor the reversal's five days.
  @Test func theWaveIsOrthogonalToWhatShortWindowsSee() {
    #expect(abs(SignalParts.wave.reduce(0, +)) < 1e-12)
    // Weight of the return k days ago in RESI10: that of a path stepping up by one there.
    let weights = (5...8).map { ago in
      Trend((0..<10).map { $0 >= 9 - ago ? 1 : 0 }).lastResidual
    }
    let product = zip(SignalParts.wave, weights).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(product) < 1e-4)
  }

  /// The weights of the linear part leave nothing for the five-day return of a random walk.
  @Test func theLinearPartIsOrthogonalToTheReversal() {
    let resi10 = (0..<9).map { ago in
      Trend((0..<10).map { $0 >= 9 - ago ? 1 : 0 }).lastResidual
    }
    let length = resi10.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let withTrend = resi10.prefix(5).reduce(0, +) / (length * 5.squareRoot())
    let withMomentum = (5.0 / 60).squareRoot()
    #expect(abs(0.65 * withMomentum - 0.42 * withTrend) < 0.002)
  }

  /// A leader's own move reaches the others of its sector, and nobody else.
  @Test func theGraphPartComesFromTheSectorsLeaders() {
    let groups = SectorGroups(assets: 8, sectors: 2)
    var history = PriceHistory(assets: 8, days: 5)
    for _ in 0..<5 {
      history.append(
        (0..<8).map { asset in
          SimulatedRow(
            prices: .init(open: 1, high: 1, low: 1, close: 1, volume: 1), logVolume: 1,
            simpleReturn: 0, ownReturn: asset == 0 ? 0.01 : 0)
        })
    }
    let part = SignalParts.graph(history, groups, Array(repeating: true, count: 8))
    // Asset 0 leads assets 2, 4 and 6; of these 4 leads too, and has one leader but itself, so that
    // it hears asset 0 alone while 2 and 6 hear the mean of both.
    #expect(part[2] > 0 && part[2] == part[6] && part[4] > part[2])
    #expect(part[0] < 0 && part[0] == part[1] && part[1] == part[7])
  }
}
