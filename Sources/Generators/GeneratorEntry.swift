import Datasets
import Foundation
import Market
import Torch

/// A generator as the registry holds it: its type erased, its hyperparameters as strict JSON.
public struct GeneratorEntry: Identifiable, Sendable {
  public let id: String
  public let summary: String
  /// One that the others have to be better than.
  public let isYardstick: Bool
  public let isSeeded: Bool
  public let revision: Int
  /// Hyperparameters as given in a spec (JSON; empty for the defaults) → all of them, sorted keys.
  ///
  /// Throws `SpecError` for a stray key, a wrong kind of value, or a value out of range.
  public let resolve: @Sendable (_ given: Data) throws -> Data
  /// Fits under resolved hyperparameters.
  public let fit:
    @Sendable (_ market: TrainingMarket, _ resolved: Data, _ context: GeneratorContext) throws
      -> any FittedGenerator
  /// Brings stored parameters back to life.
  public let restore:
    @Sendable (
      _ parameters: StoredParameters, _ market: FittedMarket, _ resolved: Data, _ device: Device
    ) throws -> any FittedGenerator

  public init<Generator: MarketGenerator>(_ generator: Generator.Type, isYardstick: Bool = false) {
    id = generator.id
    summary = generator.summary
    self.isYardstick = isYardstick
    isSeeded = generator.isSeeded
    revision = generator.revision
    let place = "the hyperparameters of '\(generator.id)'"
    let decode: @Sendable (Data) throws -> Generator.Hyperparameters = { data in
      let value = try StrictJSON.decode(
        Generator.Hyperparameters.self, from: data, named: place)
      try generator.validate(value)
      return value
    }
    resolve = { given in
      let merged = try StrictJSON.overlaying(
        given, on: StrictJSON.encode(generator.defaults), named: place)
      return try StrictJSON.encode(decode(merged))
    }
    fit = { market, resolved, context in
      try generator.fit(market, decode(resolved), in: context)
    }
    restore = { parameters, market, resolved, device in
      try generator.restore(parameters, of: market, decode(resolved), on: device)
    }
  }
}
