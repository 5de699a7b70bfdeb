import Foundation
import Market

/// A training market in the scale that Quant GANs learn in, fitted to training dates alone.
///
/// Parts by factor decomposition, each standardised and, where its tails are heavy, Gaussianised.
struct GaussianMarket {
  let decomposition: FactorDecomposition
  /// One a component.
  let marketTails: [HeavyTail]
  /// Asset × component.
  let ownTails: [HeavyTail]
  /// How far Gaussianised values may go, one for each of the tails.
  ///
  /// No move is then larger than `guardFactor` times the largest of training.
  let marketLimits: [Double]
  let ownLimits: [Double]
  /// Unbroken sequences without their first date; date × component, NaN for missing.
  let market: [[Double]]
  /// The same dates, date × asset × component; empty where there is one asset.
  let own: [[Double]]

  var width: Int { decomposition.width }
  var assets: Int { decomposition.assets }

  init(
    _ training: TrainingMarket, heavyTails: Bool, guardFactor: Double
  ) throws(GeneratorError) {
    let decomposition = try FactorDecomposition(training, for: "'\(QuantGAN.id)'")
    let raw = Self.parts(training.stretches, decomposition)
    func fit(
      _ sequences: [[Double]], _ width: Int, _ tolerance: Double
    ) -> [(tail: HeavyTail, limit: Double)] {
      (0..<width).map { index in
        let values = Self.column(index, of: sequences, width)
        let tail = HeavyTail.fit(values, heavyTails: heavyTails, tolerance: tolerance)
        let largest = values.reduce(0) { max($0, abs($1 - tail.location)) }
        let limit = tail.gaussianised(tail.location + guardFactor * largest)
        return (tail, limit > 0 ? limit : 1)
      }
    }
    let shared = fit(raw.market, decomposition.width, 1e-9)
    let separate = fit(
      raw.own, decomposition.assets > 1 ? decomposition.assets * decomposition.width : 0, 1e-4)
    (marketTails, marketLimits) = (shared.map(\.tail), shared.map(\.limit))
    (ownTails, ownLimits) = (separate.map(\.tail), separate.map(\.limit))
    self.decomposition = decomposition
    market = Self.gaussianised(raw.market, marketTails)
    own = Self.gaussianised(raw.own, ownTails)
  }

  /// Other stretches, such as those of validation, in the scale fitted to training.
  func sequences(_ stretches: [TrainingMarket.Stretch]) -> (market: [[Double]], own: [[Double]]) {
    let raw = Self.parts(stretches, decomposition)
    return (
      Self.gaussianised(raw.market, marketTails), Self.gaussianised(raw.own, ownTails)
    )
  }

  private static func parts(
    _ stretches: [TrainingMarket.Stretch], _ decomposition: FactorDecomposition
  ) -> (market: [[Double]], own: [[Double]]) {
    let kept = stretches.map { $0.moves.rows(1..<max(1, $0.moves.dates)) }.filter { $0.dates > 0 }
    return (
      kept.map { decomposition.means($0) },
      decomposition.assets > 1 ? kept.map { decomposition.residuals($0) } : []
    )
  }

  private static func gaussianised(
    _ sequences: [[Double]], _ tails: [HeavyTail]
  ) -> [[Double]] {
    sequences.map { values in
      values.indices.map { tails[$0 % tails.count].gaussianised(values[$0]) }
    }
  }

  /// All known values of a column.
  static func column(_ index: Int, of sequences: [[Double]], _ width: Int) -> [Double] {
    sequences.flatMap { values in
      stride(from: index, to: values.count, by: width).compactMap {
        values[$0].isFinite ? values[$0] : nil
      }
    }
  }
}
