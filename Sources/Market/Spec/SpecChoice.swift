/// A setting with a closed list of names, such as a kind of split.
///
/// Conform an enum of strings to it, and a name that is not on the list is refused with those that are.
public protocol SpecChoice: RawRepresentable<String>, CaseIterable, Codable, Sendable {}

extension SpecChoice {
  /// - Throws: `SpecError.unknown`, listing the names there are and guessing what was meant.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let value = Self(rawValue: name) else {
      let place = decoder.codingPath.map(\.stringValue).joined(separator: ".")
      throw SpecError.unknown(
        kind: place.isEmpty ? "choice" : "value of \(place)", id: name,
        known: Self.allCases.map(\.rawValue))
    }
    self = value
  }
}
