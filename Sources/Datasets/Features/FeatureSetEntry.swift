import Foundation
import Market

/// A feature set as the registry holds it: its type erased, its options as strict JSON.
public struct FeatureSetEntry: Identifiable, Sendable {
  public let id: String
  public let summary: String
  public let requiredFields: [String]
  public let revision: Int
  /// Options as given in a spec (JSON; empty for the defaults) → all of them, sorted keys.
  ///
  /// Throws `SpecError` for a stray key, a wrong kind of value, or a value out of range.
  public let resolve: @Sendable (_ given: Data) throws -> Data
  /// Computes under resolved options.
  ///
  /// Throws `PanelError.missingField` for a panel without one of `requiredFields`.
  public let compute: @Sendable (_ panel: Panel, _ resolved: Data) throws -> FeaturePanel

  public init<Set: FeatureSet>(_ set: Set.Type) {
    id = set.id
    summary = set.summary
    requiredFields = set.requiredFields
    revision = set.revision
    let place = "the options of '\(set.id)'"
    resolve = { given in
      let merged = try StrictJSON.overlaying(
        given, on: StrictJSON.encode(set.defaults), named: place)
      let options = try StrictJSON.decode(Set.Options.self, from: merged, named: place)
      try set.validate(options)
      return try StrictJSON.encode(options)
    }
    compute = { panel, resolved in
      let options = try StrictJSON.decode(Set.Options.self, from: resolved, named: place)
      try set.validate(options)
      return try set.compute(panel, options)
    }
  }
}
