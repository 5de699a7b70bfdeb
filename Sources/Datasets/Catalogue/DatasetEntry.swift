import Foundation
import Market

/// A market that can be made on the spot from a few parameters.
protocol SimulatedMarket: SendableMetatype {
  /// Given whole or in part in a spec; what is left out has its default.
  associatedtype Parameters: Codable & Sendable
  static var id: String { get }
  static var summary: String { get }
  static var defaults: Parameters { get }
  /// Throws `SpecError` naming a parameter that is out of range.
  static func validate(_ parameters: Parameters) throws(SpecError)
  /// Equal parameters give the same bits.
  static func make(_ parameters: Parameters) throws -> Dataset
}

/// A built-in dataset as the registry holds it: its parameters as strict JSON.
public struct DatasetEntry: Identifiable, Sendable {
  public let id: String
  /// What it is, in a few words, for `qbench list`.
  public let summary: String
  /// Parameters as given in a spec (JSON; empty for the defaults) → all of them, sorted keys.
  ///
  /// Throws `SpecError` for a stray key, a wrong kind of value, or a value out of range.
  public let resolve: @Sendable (_ given: Data) throws -> Data
  /// Builds the dataset under resolved parameters; throws `SpecError` as `resolve` does.
  public let make: @Sendable (_ resolved: Data) throws -> Dataset

  init<Simulated: SimulatedMarket>(_ market: Simulated.Type) {
    id = market.id
    summary = market.summary
    let decode: @Sendable (Data) throws -> Simulated.Parameters = { data in
      let value = try StrictJSON.decode(
        Simulated.Parameters.self, from: data, named: "the parameters of '\(market.id)'")
      try market.validate(value)
      return value
    }
    resolve = { given in
      let merged = try StrictJSON.overlaying(
        given, on: StrictJSON.encode(market.defaults), named: "the parameters of '\(market.id)'")
      return try StrictJSON.encode(decode(merged))
    }
    make = { resolved in try market.make(decode(resolved)) }
  }
}
