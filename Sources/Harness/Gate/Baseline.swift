import Market
import Metrics

/// What a run measured, small enough to be committed: what the gate compares a later run with.
///
/// A later run is summed up in the same way before the two are compared, so equal predictions give
/// equal numbers, down to the last bit.
public struct Baseline: Codable, Sendable, Equatable {
  /// Raised when a file of the version before cannot be compared any more.
  public static let currentSchema = 1
  public static let kind = "qbench baseline"

  public var schema = Self.currentSchema
  public var kind = Self.kind
  /// Digest of everything else in the file; empty until it is written.
  public var checksum = ""
  public let title: String
  public let versions: BaselineVersions
  /// Hash of the part of the spec that decides what is trained.
  public let specSHA256: String
  public let dataset: Leaderboard.Market
  public let label: LabelSpec
  public let features: FeatureChoice
  public let featuresRevision: Int
  public let split: SplitSpec
  public let portfolio: PortfolioSpec
  /// The root of the run's random streams.
  public let seed: UInt64
  public let device: String
  /// Ids of the metrics whose daily numbers are kept.
  public let metrics: [String]
  public let rows: [BaselineRow]

  /// How the daily numbers are to be read.
  var rules: ScoringRules { ScoringRules(label: label, portfolio: portfolio) }

  /// The row of the same source, name and family.
  func row(like other: BaselineRow) -> BaselineRow? {
    rows.first { $0.id == other.id }
  }

  /// Cells that have no predictions.
  var failures: [(row: BaselineRow, failure: BaselineRow.Failure)] {
    rows.flatMap { row in row.failures.map { (row, $0) } }
  }

  enum CodingKeys: String, CodingKey {
    case schema, kind, checksum, title, versions, specSHA256 = "spec_sha256", dataset, label
    case features, featuresRevision = "features_revision", split, portfolio, seed, device
    case metrics, rows
  }
}

/// What a baseline was made with, and where: other versions may give other last bits, another
/// machine other timings.
public struct BaselineVersions: Codable, Sendable, Equatable {
  public let qbench: String
  public let libtorch: String
  public let xgboost: String
  public let liblinear: String
  public let libsvm: String
  public let kernels: String
  public internal(set) var processor: String
  public let cores: Int

  init(_ environment: RunEnvironment) {
    qbench = environment.qbench
    libtorch = environment.libtorch
    xgboost = environment.xgboost
    liblinear = environment.liblinear
    libsvm = environment.libsvm
    kernels = environment.kernels
    processor = environment.processor
    cores = environment.cores
  }

  /// Whether timings of the two can be compared.
  func isSameMachine(as other: Self) -> Bool {
    (processor, cores, kernels) == (other.processor, other.cores, other.kernels)
  }
}
