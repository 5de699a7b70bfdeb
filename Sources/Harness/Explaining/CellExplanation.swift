import Digest
import Foundation
import Market
import Models

/// What the model of a cell relies on: the content of `explanations/<key>.json`.
///
/// Kept apart from the cell: explaining never makes a cell fail, and other settings of it leave
/// cells and their predictions as they are.
public struct CellExplanation: Codable, Sendable, Equatable {
  /// A part that could not be made, and why.
  public struct Failure: Codable, Sendable, Equatable {
    public enum Part: String, Codable, Sendable { case contributions, permutation, all }
    public let part: Part
    public let reason: String
  }

  public var schema = 1
  public let key: String
  /// The key of the cell that is explained.
  public let cell: String
  public let source: String
  public let name: String
  public let family: String
  public let fold: Int
  public let seed: Int
  /// Test rows that were predicted anew, and on how many dates they lie.
  public var rows = 0
  public var dates = 0
  /// `nil` for a family that does not divide its predictions, and where that failed.
  public var contributions: ContributionSummary?
  /// `nil` where it was not asked for, and where it failed.
  public var permutation: PermutationImportance?
  public var failures: [Failure] = []
  /// Wall seconds by part.
  public var seconds: [String: Double] = [:]
  /// What it took of a processor.
  public var processorSeconds: Double?

  /// The features that its parts tell of; `nil` where it has none.
  var features: [String]? {
    contributions?.features.map(\.name) ?? permutation?.features.map(\.name)
  }

  /// Whether its parts tell of the same features, each once.
  var isWhole: Bool {
    let told = [contributions?.features.map(\.name), permutation?.features.map(\.name)]
      .compactMap(\.self)
    return told.allSatisfy { !$0.isEmpty && Set($0).count == $0.count } && Set(told).count <= 1
  }

  init(of cell: Cell, key: String) {
    self.key = key
    self.cell = cell.key
    (source, name, family) = (cell.source, cell.name, cell.family)
    (fold, seed) = (cell.fold, cell.seed)
  }
}

/// Everything an explanation depends on; its hash is the explanation's key.
private struct ExplanationIdentity: Encodable {
  /// Raised when the same cell and settings would be explained otherwise.
  static let revision = 1

  var revision = Self.revision
  let cell: String
  let settings: ExplainSpec
}

extension Experiment {
  /// The key of what explains a cell; `nil` where the spec asks for none.
  ///
  /// The first seed of each fold is explained where it is trained on real rows, and no yardstick or command of the user's own.
  func explanationKey(of cell: Cell) throws -> String? {
    guard explain.rows > 0, cell.isExplained else { return nil }
    let identity = ExplanationIdentity(cell: cell.key, settings: explain)
    return String(try SHA256Digest(of: Array(StrictJSON.encode(identity))).hex.prefix(32))
  }
}
