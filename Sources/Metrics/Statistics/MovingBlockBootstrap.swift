import Foundation
import Market

/// Resamples dates in blocks of successive ones, so that what hangs together stays together.
///
/// Labels that overlap, and markets that are calm or wild for weeks, make daily scores depend on one
/// another; resampling single dates would call the result far more certain than it is.
///
/// Künsch (1989), *The Jackknife and the Bootstrap for General Stationary Observations*.
public struct MovingBlockBootstrap: Sendable, Equatable {
  /// Dates in a block.
  public let blockLength: Int
  public let resamples: Int
  public let confidence: Double

  /// - Throws: `SpecError.invalid` for a parameter out of range.
  public init(
    blockLength: Int, resamples: Int = 1000, confidence: Double = 0.95
  ) throws(SpecError) {
    guard (1...1_000_000).contains(blockLength) else {
      throw .invalid(
        key: "bootstrap.blockLength", value: "\(blockLength)", accepted: "1 to 1000000 dates")
    }
    guard (1...1_000_000).contains(resamples) else {
      throw .invalid(key: "bootstrap.resamples", value: "\(resamples)", accepted: "1 to 1000000")
    }
    guard confidence > 0, confidence < 1 else {
      throw .invalid(
        key: "bootstrap.confidence", value: "\(confidence)", accepted: "more than 0, less than 1")
    }
    (self.blockLength, self.resamples, self.confidence) = (blockLength, resamples, confidence)
  }

  /// max(reach, ⌈*T*^⅓⌉): long enough for overlapping labels, and growing as theory asks.
  ///
  /// Hall, Horowitz and Jing (1995), *On Blocking Rules for the Bootstrap with Dependent Data*,
  /// for the rate *T*^⅓ of a variance.
  public static func defaultBlockLength(dates: Int, reach: Int) -> Int {
    // The cube root of 27 may come out a hair above 3.
    max(1, reach, Int((cbrt(Double(max(0, dates))) - 1e-9).rounded(.up)))
  }

  /// Draws the resamples once, for every metric and every model to be judged on alike.
  ///
  /// Blocks begin on any date from which a whole block fits, all equally likely; as many are joined
  /// as fill the calendar, and the last is cut. A block no shorter than the calendar is the calendar.
  /// - Parameters:
  ///   - calendar: The dates to resample, as positions in the panel, increasing.
  ///   - stream: Where the randomness comes from; equal streams give equal resamples.
  /// - Returns: `resamples` lists of dates, as many in each as the calendar has.
  /// - Complexity: O(resamples · dates), also in memory.
  public func draw(over calendar: [Int], from stream: SeedStream) -> Resamples {
    var stream = stream
    let count = calendar.count
    let length = min(blockLength, max(1, count))
    var draws: [Resamples.Draw] = []
    draws.reserveCapacity(resamples)
    for _ in 0..<resamples {
      let replicateSeed = stream.next()
      var places: [Int] = []
      places.reserveCapacity(count)
      while places.count < count {
        let start = stream.index(below: count - length + 1)
        places.append(contentsOf: start..<start + min(length, count - places.count))
      }
      draws.append(Resamples.Draw(places: places, replicateSeed: replicateSeed))
    }
    return Resamples(
      calendar: calendar, draws: draws, blockLength: blockLength, confidence: confidence,
      isInformative: count >= 2 * blockLength)
  }
}

extension SeedStream {
  /// Uniform on 0 to `bound` − 1, by the high half of a product.
  mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
