import Digest
import Foundation
import Market

/// One square of the benchmark: a training source, a family, a fold and a seed.
public struct Cell: Sendable, Equatable {
  /// Where training rows and test rows come from.
  public let training: TrainingSource
  /// The row's name in reports.
  public let name: String
  public let family: String
  /// Resolved hyperparameters, sorted keys.
  public let hyperparameters: JSONValue
  /// What its model sees.
  public let features: FeatureChoice
  public let fold: Int
  public let seed: Int
  /// The seed of the model: 0 throughout for a family that depends on no chance of its own.
  public let modelSeed: Int
  /// The synthetic market it learns from or is tested on; `nil` for `real`.
  public let market: SyntheticMarket?
  /// Whether its model is explained, where the spec asks for explanations.
  public let isExplained: Bool
  /// Hash of everything that can change the result.
  public let key: String
  /// Hash of the part of it that says how a result is come to: cells of equal recipe differ in rows and
  /// seeds alone, and cost in proportion.
  public let recipe: String

  /// The training source as reports and files name it.
  public var source: String { training.description }
}

/// How cells are made, whatever the data.
struct CellRecipe: Encodable {
  let family: String
  let revision: Int
  let hyperparameters: JSONValue
  let features: FeatureChoice
  let device: String

  func hash() throws -> String {
    String(try SHA256Digest(of: Array(StrictJSON.encode(self))).hex.prefix(16))
  }
}

/// Everything a cell's result depends on; its hash is the cell's key.
///
/// Two cells of equal key give equal predictions, so what is unchanged is never trained again.
struct CellIdentity: Encodable {
  /// Raised when the harness itself would give other results from the same inputs.
  static let engineRevision = 4

  var engine = Self.engineRevision
  let data: String
  let label: LabelSpec
  let features: FeatureChoice
  let featuresRevision: Int
  let fold: Fold
  let source: TrainingSource.Kind
  /// Key of the synthetic market.
  let market: String?
  let family: String
  let revision: Int
  let hyperparameters: JSONValue
  let device: String
  let rootSeed: UInt64
  let seed: Int

  func key() throws -> String {
    String(try SHA256Digest(of: Array(StrictJSON.encode(self))).hex.prefix(32))
  }
}
