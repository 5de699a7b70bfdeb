import Foundation
import Market
import Metrics

/// The outcome of a run: every row scored on the same dates and assets, with its uncertainty.
///
/// Holds nothing that depends on time, machine or number of workers, so that equal inputs give
/// equal bytes.
public struct Leaderboard: Codable, Sendable, Equatable {
  /// What the numbers were measured on.
  public struct Market: Codable, Sendable, Equatable {
    public let name: String
    /// Says so where the market is simulated.
    public let title: String
    public let isSimulated: Bool
    public let contentSHA256: String
    public let dates: Int
    public let firstDate: String
    public let lastDate: String
    public let assets: Int
    /// Rows of one replicate: what every family was scored on.
    public let testRows: Int

    enum CodingKeys: String, CodingKey {
      case name, title, isSimulated = "simulated", contentSHA256 = "content_sha256", dates
      case firstDate = "first_date", lastDate = "last_date", assets, testRows = "test_rows"
    }
  }

  /// A cell that failed, and why.
  public struct Failure: Codable, Sendable, Equatable {
    public let trainingSource: String
    public let family: String
    public let fold: Int
    public let seed: Int
    public let stage: String
    public let reason: String

    enum CodingKeys: String, CodingKey {
      case trainingSource = "training_source", family, fold, seed, stage, reason
    }
  }

  public let schema: Int
  public let title: String
  public let dataset: Market
  public let experiment: Experiment
  /// Best mean RankIC first; rows without one come last, in the order of the spec.
  public let rows: [LeaderboardRow]
  public let failures: [Failure]

  /// Scores what the cells of a plan have stored.
  ///
  /// - Throws: `UserFacingError` where a stored prediction cannot be read.
  public init(_ plan: Plan, of workbench: Workbench, from directory: RunDirectory) throws {
    let scorer = try RowScorer(workbench, from: directory)
    let scored = try plan.rows.map { try scorer.score($0, cells: plan.cells(of: $0)) }
    try self.init(scored, by: scorer, plan, from: directory)
  }

  init(
    _ scored: [RowScorer.Scored], by scorer: RowScorer, _ plan: Plan, from directory: RunDirectory
  ) throws {
    let workbench = scorer.workbench
    let oracle = scored.first { $0.row.family == Oracle.id }?.row.metrics["rank_ic"]?.mean
    rows = scored.map { $0.training.kind == .reverse ? $0.row : $0.row.comparing(with: oracle) }
      .enumerated()
      .sorted { a, b in
        let (x, y) = (a.element.rankIC ?? -.infinity, b.element.rankIC ?? -.infinity)
        return x != y ? x > y : a.offset < b.offset
      }
      .map(\.element)
    failures = plan.cells.compactMap { cell in
      directory.record(of: cell.key)?.failure.map { failure in
        Failure(
          trainingSource: cell.source, family: cell.name, fold: cell.fold, seed: cell.seed,
          stage: failure.stage.rawValue, reason: failure.reason)
      }
    }
    schema = 1
    experiment = workbench.experiment
    title = experiment.title
    dataset = Market(of: workbench, testRows: scorer.rowsPerReplicate)
  }

  /// Whether every cell of every row has predictions.
  public var isComplete: Bool { rows.allSatisfy { $0.failed == 0 } }

  /// The leaderboard as `leaderboard.json` holds it.
  public func json() throws -> String {
    String(decoding: try StrictJSON.encode(self, pretty: true), as: UTF8.self)
  }
}
