import Datasets
import Foundation
import Market
import Torch

/// A generator of rows as the registry holds it: its type erased, its hyperparameters as strict JSON.
public struct SampleGeneratorEntry: Identifiable, Sendable {
  public let id: String
  public let summary: String
  public let isSeeded: Bool
  public let revision: Int
  /// Hyperparameters as given in a spec (JSON; empty for the defaults) → all of them, sorted keys.
  ///
  /// Throws `SpecError` for a stray key, a wrong kind of value, or a value out of range.
  public let resolve: @Sendable (_ given: Data) throws -> Data
  /// Dates that a row covers under resolved hyperparameters.
  public let window: @Sendable (_ resolved: Data) throws -> Int
  /// Fits under resolved hyperparameters.
  public let fit:
    @Sendable (
      _ train: LabelledSamples, _ validating: LabelledSamples?, _ label: LabelSpec,
      _ resolved: Data, _ context: GeneratorContext
    ) throws -> any FittedSampleGenerator
  /// Brings stored parameters back to life.
  public let restore:
    @Sendable (
      _ parameters: StoredParameters, _ train: LabelledSamples, _ resolved: Data, _ device: Device
    ) throws -> any FittedSampleGenerator

  public init<Generator: SampleGenerator>(_ generator: Generator.Type) {
    id = generator.id
    summary = generator.summary
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
    window = { resolved in generator.window(try decode(resolved)) }
    fit = { train, validating, label, resolved, context in
      try generator.fit(train, validating: validating, label: label, decode(resolved), in: context)
    }
    restore = { parameters, train, resolved, device in
      try generator.restore(parameters, over: train, decode(resolved), on: device)
    }
  }
}
