import Market

/// A family in a spec: its id alone, or with hyperparameters and a name of its own.
public struct FamilyChoice: Sendable, Equatable {
  public var id: String
  /// The row's name in reports; the id unless a spec says otherwise.
  public var name: String
  public var hyperparameters: JSONValue

  public init(_ id: String, name: String? = nil, hyperparameters: JSONValue = .object([:])) {
    self.id = id
    self.name = name ?? id
    self.hyperparameters = hyperparameters
  }
}

extension FamilyChoice: Codable {
  enum CodingKeys: CodingKey { case id, name, hyperparameters }

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
        ?? .object([:]))
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(name, forKey: .name)
    try values.encode(hyperparameters, forKey: .hyperparameters)
  }
}
