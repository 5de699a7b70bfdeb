import Datasets
import Market

/// The training days of a market, whole cross-sections, for generators that repeat them.
///
/// Days on which no asset has a return are left out.
struct ObservedDays {
  let market: FittedMarket
  /// One an unbroken stretch, in the order of time: dates × assets × components.
  let stretches: [MarketMoves]

  init(_ training: TrainingMarket) throws(GeneratorError) {
    market = FittedMarket(training)
    stretches = training.stretches.map { stretch in
      let moves = stretch.moves
      let kept = moves.marketReturns.indices.filter { !moves.marketReturns[$0].isNaN }
      // Only the first date lacks returns; a hole inside stays where it is.
      let first = kept.first ?? moves.dates
      let last = kept.last.map { $0 + 1 } ?? moves.dates
      return moves.rows(first..<Swift.max(first, last))
    }.filter { $0.dates > 0 }
    guard !stretches.isEmpty else {
      throw .tooShort(longest: 0, needed: 1, for: "repeating observed days")
    }
  }
}

extension MarketMoves {
  /// Some consecutive dates.
  func rows(_ range: Range<Int>) -> MarketMoves {
    MarketMoves(
      dates: range.count, assets: assets, components: components,
      values: Array(values[range.lowerBound * assets * width..<range.upperBound * assets * width]))
  }
}

// MARK: - Storage

extension ObservedDays {
  func parameters() -> StoredParameters {
    var parameters = StoredParameters()
    for (index, moves) in stretches.enumerated() {
      parameters.arrays["stretch_\(index)"] = StoredParameters.Array(
        shape: [moves.dates, moves.assets, moves.width], values: moves.values.map(Double.init))
    }
    return parameters
  }

  /// - Throws: `GeneratorError.stored` where the stretches do not fit the market.
  init(_ stored: StoredParameters, of market: FittedMarket, for generator: String) throws {
    self.market = market
    stretches = try stored.arrays.keys.sorted().indices.map { index in
      let shape = [market.universe.count, market.components.count]
      guard let array = stored.arrays["stretch_\(index)"], array.shape.count == 3,
        Array(array.shape.suffix(2)) == shape, array.shape[0] > 0
      else {
        throw GeneratorError.stored(
          generator: generator, reason: "stretch_\(index) is absent or not dates × \(shape)")
      }
      return MarketMoves(
        dates: array.shape[0], assets: shape[0], components: market.components,
        values: array.values.map { Float($0) })
    }
    guard !stretches.isEmpty else {
      throw GeneratorError.stored(generator: generator, reason: "it holds no stretch")
    }
  }
}
