import Datasets
import Foundation
import Market

extension FeatureChoice {
  /// The options of the feature set with every default filled in.
  ///
  /// - Throws: `SpecError` for an unknown set, a stray key or a value out of range.
  func resolvedOptions() throws -> JSONValue {
    let resolved = try featureRegistry.require(set).resolve(StrictJSON.encode(options))
    return try JSONDecoder().decode(JSONValue.self, from: resolved)
  }

  /// Computes the features of a panel under resolved options.
  ///
  /// - Throws: `PanelError.missingField` where the panel lacks a field that the set needs.
  func compute(on panel: Panel) throws -> FeaturePanel {
    try featureRegistry.require(set).compute(panel, StrictJSON.encode(options))
  }

  /// - Throws: `PanelError.missingField` where the panel lacks a field that the set needs.
  func requireFields(of panel: Panel) throws {
    for field in try featureRegistry.require(set).requiredFields {
      _ = try panel.index(of: field, for: "the feature set '\(set)'")
    }
  }

  /// Raised by the feature set whenever its values change: part of what a cell's key covers.
  func revision() throws -> Int { try featureRegistry.require(set).revision }
}
