import Foundation
import Market

/// Which feature set models see, and how its columns are brought to one scale inside each fold.
public struct FeatureChoice: Codable, Sendable, Equatable {
  public var set = "alpha20"
  public var options = JSONValue.object([:])
  public var transform = FeatureTransform.Kind.robust
  /// Transformed values are cut at ± this many deviations.
  public var clip: Float = 3

  func validate() throws(SpecError) {
    guard clip > 0, clip <= 1e6 else {
      throw .invalid(key: "features.clip", value: "\(clip)", accepted: "a positive number")
    }
  }

  /// This choice with the keys that a family gives in place of its own; a name alone is a feature set.
  ///
  /// Options belong to their set: they do not survive where the family names another.
  /// - Throws: `SpecError` naming the family and what is wrong in its features.
  func overlaid(by given: JSONValue, of family: String) throws -> FeatureChoice {
    let place = "features of '\(family)'"
    var given = given
    if case .string(let set) = given { given = .object(["set": .string(set)]) }
    func overlaid(_ base: FeatureChoice) throws -> FeatureChoice {
      let merged = try StrictJSON.overlaying(
        StrictJSON.encode(given), on: StrictJSON.encode(base), named: place)
      return try StrictJSON.decode(FeatureChoice.self, from: merged, named: place)
    }
    var choice = try overlaid(self)
    if choice.set != set {
      var plain = self
      plain.options = .object([:])
      choice = try overlaid(plain)
    }
    try choice.validate()
    choice.options = try choice.resolvedOptions()
    return choice
  }
}

extension Experiment {
  /// What a family sees: its own features where the spec gives it some, the run's otherwise.
  public func features(of choice: FamilyChoice) throws -> FeatureChoice {
    guard let own = choice.features else { return features }
    return try features.overlaid(by: own, of: choice.name)
  }

  /// Every choice of features that some family sees, each once, the run's own first.
  func featureChoices() throws -> [FeatureChoice] {
    try families.reduce(into: [features]) { found, family in
      let choice = try features(of: family)
      if !found.contains(choice) { found.append(choice) }
    }
  }

  /// The feature set of the run, and of the families that see another: `alpha20 (gbdt: alpha158)`.
  public var featureWords: String {
    let others = families.compactMap { family -> String? in
      guard let set = try? features(of: family).set, set != features.set else { return nil }
      return "\(family.name): \(set)"
    }
    return others.isEmpty ? features.set : "\(features.set) (\(others.joined(separator: ", ")))"
  }
}
