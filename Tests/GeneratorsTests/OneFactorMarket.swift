import Datasets
import Foundation
import Market

@testable import Generators

/// A generator whose answers are known: one normal factor, own noise, constant volatilities.
struct OneFactorMarket: FittedGenerator {
  var assets = 12
  var marketDeviation = 0.008
  var ownDeviation = 0.007
  var drift = 0.0003
  var hasVolume = true

  var market: FittedMarket {
    let names = (0..<assets).map { "A\($0)" }
    // Names are unique, so that this cannot throw.
    guard let universe = try? Universe(names) else { preconditionFailure("names repeat") }
    return FittedMarket(
      universe: universe, components: hasVolume ? [.logReturn, .logVolume] : [.logReturn],
      start: StartingPoint(Array(repeating: .new, count: assets)),
      lastDate: TradingDate(daysSinceEpoch: 18_000))
  }
  var notes: [String: Double] { [:] }
  func parameters() throws -> StoredParameters { StoredParameters() }

  func sample(_ request: SampleRequest, path: Int) throws -> MarketMoves {
    let shared = request.sharedNoise(path: path, width: 1)
    var stream = request.seeds(path: path).stream("own")
    var values: [Float] = []
    for day in 0..<request.days {
      for _ in 0..<assets {
        let own = ownDeviation * stream.normal()
        values.append(Float(drift + marketDeviation * Double(shared[day]) + own))
        if hasVolume { values.append(Float(0.3 * stream.normal())) }
      }
    }
    return MarketMoves(
      dates: request.days, assets: assets, components: market.components, values: values)
  }

  /// Two stretches of history as it makes them.
  func history(days: Int = 600, seed: UInt64 = 1) throws -> [MarketMoves] {
    let request = SampleRequest(days: days, seeds: SeedTree(root: seed))
    return try [sample(request, path: 0), sample(request, path: 1)]
  }
}
