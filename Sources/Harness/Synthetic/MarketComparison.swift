import Digest
import Market
import Metrics
import Splits

/// How a sampled market compares with the real one: the content of `synthetic/<key>.fidelity.json`.
///
/// A comparison rests on more than its market: it looks at the dates a fold tests, and it is made as a
/// version of the harness makes it. One that was made otherwise is made anew.
struct MarketComparison: Codable {
  /// Hash of what it was made of and how (`SyntheticMarket.comparison`).
  let made: String
  let report: FidelityReport

  /// Whether the lists of its curves are as long as each other, as pictures take them to be.
  var isWhole: Bool {
    let fan = report.curves.fan
    return !fan.days.isEmpty && fan.real.count == fan.days.count && !fan.quantiles.isEmpty
      && fan.quantiles.allSatisfy { $0.count == fan.days.count }
  }

  /// What a comparison depends on beside the data, which the market's key holds.
  private struct Identity: Encodable {
    /// Raised when the same two markets would be compared otherwise: other scores, settings or floors.
    static let revision = 1

    var revision = Self.revision
    let market: String
    let test: [Int]
  }

  /// The hash that names a comparison of the market of a key.
  static func identity(ofMarket key: String, testing fold: Fold) throws -> String {
    let identity = Identity(market: key, test: fold.test)
    return String(try SHA256Digest(of: Array(StrictJSON.encode(identity))).hex.prefix(16))
  }
}
