import Foundation
import Market

/// A family as the registry holds it: its type erased, its hyperparameters as strict JSON.
public struct ModelEntry: Identifiable, Sendable {
  public let id: String
  public let summary: String
  /// Reference rows that every table shows.
  public let isYardstick: Bool
  /// Has no working defaults: it takes part only where a spec says what it is to do.
  public let needsSettings: Bool
  public let isSeeded: Bool
  public let revision: Int
  /// Hyperparameters as given in a spec (JSON; empty for the defaults) → all of them, sorted keys.
  ///
  /// Throws `SpecError` for a stray key, a wrong kind of value, or a value out of range.
  public let resolve: @Sendable (_ given: Data) throws -> Data
  /// Dates that a row's input covers under resolved hyperparameters.
  public let window: @Sendable (_ resolved: Data) throws -> Int
  /// Fits under resolved hyperparameters.
  public let fit:
    @Sendable (
      _ train: LabelledSamples, _ validating: LabelledSamples?, _ resolved: Data,
      _ context: FitContext
    ) throws -> any Predictor

  public init<Family: ModelFamily>(
    _ family: Family.Type, isYardstick: Bool = false, needsSettings: Bool = false
  ) {
    id = family.id
    summary = family.summary
    self.isYardstick = isYardstick
    self.needsSettings = needsSettings
    isSeeded = family.isSeeded
    revision = family.revision
    resolve = { given in
      let place = "the hyperparameters of '\(family.id)'"
      let merged = try StrictJSON.overlaying(
        given, on: StrictJSON.encode(family.defaults), named: place)
      let value = try StrictJSON.decode(Family.Hyperparameters.self, from: merged, named: place)
      try family.validate(value)
      return try StrictJSON.encode(family.completed(value))
    }
    window = { resolved in
      let place = "the hyperparameters of '\(family.id)'"
      return family.window(
        try StrictJSON.decode(Family.Hyperparameters.self, from: resolved, named: place))
    }
    fit = { train, validating, resolved, context in
      let place = "the hyperparameters of '\(family.id)'"
      let value = try StrictJSON.decode(Family.Hyperparameters.self, from: resolved, named: place)
      return try family.fit(train, validating: validating, value, in: context)
    }
  }
}
