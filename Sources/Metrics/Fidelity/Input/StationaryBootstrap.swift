import Foundation
import Market

/// Resamples a real market's dates in blocks of random length: the perfect generator of the floors.
///
/// All assets take the same dates, so that what moves together still does. Block lengths are
/// geometric and the calendar is a circle, which makes the resampled series stationary.
///
/// Politis and Romano (1994), *The Stationary Bootstrap*.
struct StationaryBootstrap: Sendable {
  /// Mean number of dates in a block.
  let meanBlockLength: Double

  /// Positions of `count` resampled dates out of `dates`.
  func positions(_ count: Int, of dates: Int, from stream: inout SeedStream) -> [Int] {
    var place = stream.index(below: dates)
    return (0..<count).map { step in
      if step > 0 {
        place =
          stream.uniform() * meanBlockLength < 1
          ? stream.index(below: dates) : (place + 1) % dates
      }
      return place
    }
  }

  /// `paths` resamples of `market`, each of `dates` dates and from a stream of its own.
  ///
  /// - Precondition: `market` has one path.
  func resample(_ market: ReturnPaths, paths: Int, dates: Int, seeds: SeedTree) -> ReturnPaths {
    let (observed, assets) = (market.dates, market.assets)
    let draws = (0..<paths).map { path in
      var stream = seeds.stream("path", "\(path)")
      return positions(dates, of: observed, from: &stream)
    }
    func drawn(_ values: [Float]) -> [Float] {
      [Float](unsafeUninitializedCapacity: paths * assets * dates) { buffer, count in
        values.withUnsafeBufferPointer { values in
          for positions in draws {
            for asset in 0..<assets {
              for position in positions {
                buffer[count] = values[asset * observed + position]
                count += 1
              }
            }
          }
        }
      }
    }
    return ReturnPaths(
      paths: paths, dates: dates, names: market.names, bySeries: drawn(market.returns),
      volumesBySeries: market.logVolumes.map(drawn), assets: assets)
  }
}
