import Market

/// A family or a generator in a spec: its id alone, or with hyperparameters and a name of its own.
public struct RegistryChoice: Sendable, Equatable {
  public var id: String
  /// What reports call it; the id unless a spec says otherwise.
  public var name: String
  public var hyperparameters: JSONValue
  /// What a family sees in place of the run's `features`: the keys that differ, or the name of a feature
  /// set; `nil` for the run's own, and for generators.
  public var features: JSONValue?

  public init(
    _ id: String, name: String? = nil, hyperparameters: JSONValue = .object([:]),
    features: JSONValue? = nil
  ) {
    self.id = id
    self.name = name ?? id
    self.hyperparameters = hyperparameters
    self.features = features
  }
}

public typealias FamilyChoice = RegistryChoice
public typealias GeneratorChoice = RegistryChoice

extension RegistryChoice: Codable {
  enum CodingKeys: CodingKey { case id, name, hyperparameters, features }

  public init(from decoder: any Decoder) throws {
    if let id = try? decoder.singleValueContainer().decode(String.self) {
      self.init(id)
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try values.decode(String.self, forKey: .id),
      name: try values.decodeIfPresent(String.self, forKey: .name),
      hyperparameters: try values.decodeIfPresent(JSONValue.self, forKey: .hyperparameters)
        ?? .object([:]),
      features: try values.decodeIfPresent(JSONValue.self, forKey: .features))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(name, forKey: .name)
    try values.encode(hyperparameters, forKey: .hyperparameters)
    try values.encodeIfPresent(features, forKey: .features)
  }
}

extension [RegistryChoice] {
  /// - Throws: `SpecError.invalid` for a name that is not one plain line, or is there twice.
  func validateNames(under key: String, of kind: String) throws(SpecError) {
    for choice in self {
      guard !choice.name.isEmpty, !choice.name.contains(where: \.isNewline) else {
        throw .invalid(
          key: key, value: "the name '\(choice.name)'", accepted: "one line that is not empty")
      }
      guard count(where: { $0.name == choice.name }) == 1 else {
        throw .invalid(
          key: key, value: "'\(choice.name)' twice",
          accepted: "one entry a name; give variants of a \(kind) different names: "
            + "{ id: \"\(choice.id)\", name: \"\(choice.name)-b\", … }")
      }
    }
  }
}
