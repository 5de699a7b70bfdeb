import Foundation
import Market

@testable import Metrics

/// A market with clustered volatility and a leverage effect: GJR-GARCH with normal noise.
func clusteredReturns(_ count: Int, seed: UInt64) -> [Float] {
  var stream = SeedStream(seed: seed)
  var variance = 1.0
  return (0..<count).map { _ in
    let r = variance.squareRoot() * stream.normal()
    variance = 0.03 + 0.02 * r * r + (r < 0 ? 0.2 * r * r : 0) + 0.85 * variance
    return Float(0.01 * r)
  }
}

func shuffled(_ values: [Float], seed: UInt64) -> [Float] {
  var stream = SeedStream(seed: seed)
  return values.shuffled(using: &stream)
}

/// Small enough for a debug build.
func quickSettings(lags: Int = 40, replicates: Int = 4) -> FidelitySettings {
  var settings = FidelitySettings()
  settings.lags = lags
  settings.floorReplicates = replicates
  settings.windows = 150
  return settings
}

/// Several assets moved by one market, paths × dates × assets, with log volumes.
func factorMarket(
  paths: Int, dates: Int, assets: Int, seed: UInt64, loading: Double = 0.7,
  names: [String]? = nil
) throws -> ReturnPaths {
  var stream = SeedStream(seed: seed)
  var (returns, volumes) = ([Float](), [Float]())
  for _ in 0..<paths * dates {
    let common = stream.normal()
    for asset in 0..<assets {
      let share = loading * Double(asset + 1) / Double(assets)
      let r = 0.01 * (share * common + (1 - share * share).squareRoot() * stream.normal())
      returns.append(Float(r))
      volumes.append(Float(12 + 30 * abs(r) + 0.3 * stream.normal()))
    }
  }
  return try ReturnPaths(
    paths: paths, dates: dates, assets: assets, names: names, returns: returns,
    logVolumes: volumes)
}
