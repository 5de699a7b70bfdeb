import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

@Suite struct HeavyTailTests {
  /// Against SciPy 1.15's lambertw; see benchmarks/peers/scipy_lambert_w.py.
  @Test func lambertWIsSciPys() {
    let golden: [(Double, Double)] = [
      (1e-12, 9.99999999999e-13), (0.01, 0.009901473843595011), (0.5, 0.35173371124919584),
      (1, 0.5671432904097838), (2.718281828459045, 1), (10, 1.7455280027406994),
      (1e6, 11.383358086140053), (1e100, 224.8431064451185),
    ]
    for (z, w) in golden { #expect(abs(lambertW(z) / w - 1) < 1e-12, "W(\(z))") }
    #expect(lambertW(0) == 0 && lambertW(-1).isNaN)
  }

  @Test func gaussianisingUndoesTheTail() {
    for delta in [0, 0.05, 0.3, 1.2] {
      let tail = HeavyTail(location: 0.3, scale: 2, delta: delta)
      for u in [-6, -1.5, -1e-6, 0, 0.7, 4] {
        #expect(abs(tail.gaussianised(tail.restored(u)) - u) < 1e-9)
      }
      #expect(tail.gaussianised(.nan).isNaN)
    }
  }

  /// The golden is of SciPy's lambertw and brentq on the same series; the script is named above.
  @Test func theFitIsThePeersOnAMadeUpSeries() {
    let fit = HeavyTail.fit(Self.series())
    #expect(abs(fit.delta - 0.18329236317746841) < 1e-6)
    #expect(abs(fit.location - 0.18325293047930688) < 1e-7)
    #expect(abs(fit.scale - 1.2345300360639677) < 1e-7)
  }

  @Test func lightTailsNeedNoTransform() {
    let uniform = (0..<500).map { Double($0) / 500 }
    #expect(HeavyTail.fit(uniform).delta == 0)
    #expect(HeavyTail.fit([4, 4, 4]) == HeavyTail(location: 4, scale: 1, delta: 0))
  }

  /// Quantiles of a normal variable through a tail of δ = 0.25, with a little asymmetry.
  static func series() -> [Double] {
    (0..<400).map { index in
      let u = 3 * sin(Double(index) * 1.7) * cos(Double(index * index) * 0.3)
      return 0.1 + 0.5 * u * exp(0.125 * u * u) + 0.02 * u * u
    }
  }

  @Test(.enabled(if: RealData.file("sp500-index-1999-2018.csv.gz") != nil))
  func theFitOfTheIndexIsTheKnownOne() throws {
    let returns = try IndexWindow.returns()
    #expect(returns.count == 2433)
    let fit = HeavyTail.fit(returns)
    #expect(abs(fit.delta - 0.2046) < 5e-4)
    #expect(abs(fit.location - 5.80e-4) < 2e-6)
    #expect(abs(fit.scale - 6.753e-3) < 2e-6)
  }
}
