import Foundation
import Market

/// A market taken apart, component by component: x = a + b · M + s · e, M being the mean over assets,
/// e an asset's own part with deviation 1.
///
/// Shadows go in as ln(1 + shadow / mean shadow), which spreads their pile at 0. A market of one asset is
/// all M: a = 0, b = 1, s = 0.
struct FactorDecomposition: Sendable, Equatable {
  let components: [MarketComponent]
  let assets: Int
  /// Asset × component each; of shadows the mean that they are measured in, else 1.
  var units: [Double]
  var intercepts: [Double]
  var loadings: [Double]
  var scales: [Double]

  var width: Int { components.count }

  /// Least squares over all rows where both the asset's component and the market's are known.
  ///
  /// - Throws: `GeneratorError.emptyAsset` for an asset without returns.
  init(_ market: TrainingMarket, for purpose: String) throws(GeneratorError) {
    (components, assets) = (market.components, market.universe.count)
    let count = assets * components.count
    units = Array(repeating: 1, count: count)
    intercepts = Array(repeating: 0, count: count)
    loadings = Array(repeating: 1, count: count)
    scales = Array(repeating: 0, count: count)
    for cell in 0..<count where isShadow(cell % width) {
      var (sum, known) = (0.0, 0)
      for stretch in market.stretches {
        for index in stride(from: cell, to: stretch.moves.values.count, by: count) {
          let value = Double(stretch.moves.values[index])
          if !value.isNaN { (sum, known) = (sum + value, known + 1) }
        }
      }
      units[cell] = known > 0 && sum > 0 ? sum / Double(known) : 1e-3
    }
    let pieces = market.stretches.map { (market: means($0.moves), own: transformed($0.moves)) }
    for cell in 0..<count {
      var (n, mx, my, xx, xy, yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
      for piece in pieces {
        for row in 0..<piece.own.count / count {
          let (x, y) = (piece.market[row * width + cell % width], piece.own[row * count + cell])
          guard !x.isNaN, !y.isNaN else { continue }
          n += 1
          let (dx, dy) = (x - mx, y - my)
          mx += dx / n
          my += dy / n
          xx += dx * (x - mx)
          xy += dx * (y - my)
          yy += dy * (y - my)
        }
      }
      guard n > 0 else {
        if components[cell % width] == .logReturn {
          throw .emptyAsset(market.universe.assets[cell / width], for: purpose)
        }
        continue
      }
      guard assets > 1 else { continue }
      loadings[cell] = xx > 0 && n > 2 ? xy / xx : 1
      intercepts[cell] = my - loadings[cell] * mx
      scales[cell] =
        n > 2 ? (max(0, yy - loadings[cell] * loadings[cell] * xx) / n).squareRoot() : 0
    }
  }

  init(
    components: [MarketComponent], assets: Int, units: [Double], intercepts: [Double],
    loadings: [Double], scales: [Double]
  ) {
    (self.components, self.assets, self.units) = (components, assets, units)
    (self.intercepts, self.loadings, self.scales) = (intercepts, loadings, scales)
  }

  private func isShadow(_ component: Int) -> Bool {
    components[component] == .upperShadow || components[component] == .lowerShadow
  }

  /// Date × asset × component, shadows in their units.
  func transformed(_ moves: MarketMoves) -> [Double] {
    moves.values.indices.map { index in
      let cell = index % units.count
      let value = Double(moves.values[index])
      return isShadow(cell % width) ? log1p(value / units[cell]) : value
    }
  }

  /// M of each date × component: the mean over the assets where it is known, else NaN.
  func means(_ moves: MarketMoves) -> [Double] {
    let values = transformed(moves)
    return (0..<moves.dates * width).map { index in
      let (row, component) = (index / width, index % width)
      var (sum, known) = (0.0, 0)
      for asset in 0..<assets {
        let value = values[(row * assets + asset) * width + component]
        if !value.isNaN { (sum, known) = (sum + value, known + 1) }
      }
      return known > 0 ? sum / Double(known) : .nan
    }
  }

  /// e of each date × asset × component; NaN where unknown or where an asset has no part of its own.
  func residuals(_ moves: MarketMoves) -> [Double] {
    let (values, market) = (transformed(moves), means(moves))
    return values.indices.map { index in
      let (row, cell) = (index / units.count, index % units.count)
      guard scales[cell] > 0 else { return .nan }
      return
        (values[index] - intercepts[cell] - loadings[cell] * market[row * width + cell % width])
        / scales[cell]
    }
  }

  /// A move of an asset from the market's component and its own part.
  func move(asset: Int, component: Int, market: Double, own: Double) -> Double {
    let cell = asset * width + component
    let value = intercepts[cell] + loadings[cell] * market + scales[cell] * own
    return isShadow(component) ? max(0, units[cell] * expm1(value)) : value
  }
}
