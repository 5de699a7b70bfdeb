/// The ordered assets of a panel, with what is known of each and does not change.
///
/// - Invariant: names are unique and not empty; every attribute has one value per asset.
public struct Universe: Sendable, Equatable {
  public let assets: [String]
  /// Static attributes by name, such as `sector`; `nil` where the value is unknown.
  public let attributes: [String: [String?]]

  /// - Throws: `PanelError` for an empty or repeated name, or an attribute of another length.
  public init(_ assets: [String], attributes: [String: [String?]] = [:]) throws(PanelError) {
    var seen = Set<String>()
    for asset in assets {
      guard !asset.isEmpty else { throw .emptyAssetName }
      guard seen.insert(asset).inserted else { throw .repeatedAsset(asset) }
    }
    for (name, values) in attributes where values.count != assets.count {
      throw .attributeLength(name: name, expected: assets.count, got: values.count)
    }
    self.assets = assets
    self.attributes = attributes
  }

  public var count: Int { assets.count }

  /// The group of each asset under an attribute, as an index into the sorted distinct values.
  ///
  /// - Returns: `nil` where the panel lacks the attribute; within it, `nil` for unknown values.
  public func groups(by attribute: String) -> (names: [String], index: [Int?])? {
    guard let values = attributes[attribute] else { return nil }
    let names = Set(values.compactMap { $0 }).sorted()
    let position = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return (names, values.map { value in value.flatMap { position[$0] } })
  }
}
