import Foundation
import Market

@testable import Datasets

/// Pearson's correlation over the pairs where both are known; `nil` below six or where one is flat.
func correlation(_ x: some Sequence<Float>, _ y: some Sequence<Float>) -> Double? {
  let pairs = zip(x, y).filter { !$0.isNaN && !$1.isNaN }.map { (Double($0), Double($1)) }
  guard pairs.count > 5 else { return nil }
  let count = Double(pairs.count)
  let meanX = pairs.reduce(0) { $0 + $1.0 } / count
  let meanY = pairs.reduce(0) { $0 + $1.1 } / count
  var (xx, yy, xy) = (0.0, 0.0, 0.0)
  for (a, b) in pairs {
    xx += (a - meanX) * (a - meanX)
    yy += (b - meanY) * (b - meanY)
    xy += (a - meanX) * (b - meanY)
  }
  let scale = (xx * yy).squareRoot()
  return scale > 1e-15 ? xy / scale : nil
}

/// Mean daily correlation across assets and its standard error; both date × asset, row-major.
func meanIC(_ x: [Float], _ y: [Float], assets: Int) -> (mean: Double, error: Double) {
  let daily = stride(from: 0, to: x.count, by: assets).compactMap { start in
    correlation(x[start..<start + assets], y[start..<start + assets])
  }
  guard daily.count > 1 else { return (.nan, .nan) }
  let mean = daily.reduce(0, +) / Double(daily.count)
  let variance = daily.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(daily.count - 1)
  return (mean, (variance / Double(daily.count)).squareRoot())
}

/// Less the return of the last `days` dates: the yardstick, date × asset.
func reversal(_ panel: Panel, days: Int = 5) throws -> [Float] {
  let close = try panel.series(of: "close", for: "the test")
  return close.indices.map { index in
    let before = index - days * panel.assets
    return before < 0 ? .nan : 1 - close[index] / close[before]
  }
}

/// The default market at another size or strength.
func parameters(
  assets: Int, dates: Int, seed: Int = 7, strength: ReferenceMarket.Strength = .init()
) -> ReferenceMarket.Parameters {
  var parameters = ReferenceMarket.Parameters()
  (parameters.assets, parameters.dates, parameters.seed) = (assets, dates, seed)
  parameters.strength = strength
  parameters.lateListings = 0
  return parameters
}

let noStrength = ReferenceMarket.Strength(linear: 0, interaction: 0, sequence: 0, graph: 0)
