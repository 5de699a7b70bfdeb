import Market

/// A way of computing features from a panel.
///
/// One file and one line of `featureRegistry` make a feature set; contract tests find it there.
public protocol FeatureSet: SendableMetatype {
  /// Given whole or in part in a spec; what is left out has its default.
  associatedtype Options: Codable & Sendable & Equatable
  /// How specs and reports name it.
  static var id: String { get }
  /// What it is, in a few words, for `qbench list`.
  static var summary: String { get }
  /// Fields of the panel without which it cannot be computed.
  static var requiredFields: [String] { get }
  static var defaults: Options { get }
  /// Raised whenever the same panel would give other values: stored results are then stale.
  static var revision: Int { get }

  /// Throws `SpecError` naming an option that is out of range; called before anything runs.
  static func validate(_ options: Options) throws(SpecError)

  /// Features of every asset on every date, from observations up to and including that date.
  ///
  /// - Throws: `PanelError.missingField` for a panel without one of `requiredFields`.
  static func compute(_ panel: Panel, _ options: Options) throws -> FeaturePanel
}

extension FeatureSet {
  public static func validate(_: Options) throws(SpecError) {}
}
