import Foundation
import Market

/// The training days of a market one after the other, with where its stretches lie among them.
///
/// The first date of each stretch, which has no returns, is left out.
struct FactorDays {
  /// The mean log return over assets.
  let market: [Double]
  let stretches: [Range<Int>]
  private let moves: [MarketMoves]
  private let returnIndex: Int

  init(_ training: TrainingMarket) {
    moves = training.stretches.map { $0.moves.rows(1..<$0.moves.dates) }
    market = moves.flatMap(\.marketReturns)
    var ranges: [Range<Int>] = []
    for moves in moves {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + moves.dates)
    }
    stretches = ranges
    returnIndex = training.components.firstIndex(of: .logReturn) ?? 0
  }

  /// NaN where missing.
  func returns(of asset: Int) -> [Double] {
    moves.flatMap { moves in
      (0..<moves.dates).map { Double(moves[$0, asset, returnIndex]) }
    }
  }

  /// The asset's complete days, with each day's conditional variance.
  func companions(of asset: Int, mean: Double, variances: [Double]) -> CompanionDays {
    let components = moves.first?.components.filter { $0 != .logReturn } ?? []
    guard !components.isEmpty else { return CompanionDays(days: [], components: []) }
    var days: [(standardised: Float, deviation: Double, values: [Float])] = []
    for (moves, stretch) in zip(moves, stretches) {
      for date in 0..<moves.dates where moves.isComplete(date: date, asset: asset) {
        let deviation = variances[stretch.lowerBound + date].squareRoot()
        guard deviation > 0 else { continue }
        let value = Double(moves[date, asset, returnIndex])
        days.append(
          (
            Float((value - mean) / deviation), deviation,
            (0..<moves.width).filter { $0 != returnIndex }.map { moves[date, asset, $0] }
          ))
      }
    }
    return CompanionDays(days: days, components: components)
  }
}
