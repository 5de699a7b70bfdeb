import Foundation

/// One training source and family: its scores over all folds and seeds.
public struct LeaderboardRow: Codable, Sendable, Equatable {
  /// A score with its interval; all `nil` where it is undefined, which is never shown as 0.
  public struct Score: Sendable, Equatable {
    public let mean: Double?
    public let low: Double?
    public let high: Double?
    /// Dates on which the score is undefined, such as an IC of constant predictions.
    public let undefinedDates: Int
  }

  public let trainingSource: String
  /// The family's id in the registry.
  public let family: String
  /// What the spec calls this row; the id unless it says otherwise.
  public let name: String
  public let isYardstick: Bool
  public let seeds: Int
  public let folds: Int
  /// Cells that failed; a seed with a failed cell counts in no score.
  public let failed: Int
  public let metrics: [String: Score]
  /// Mean RankIC as a share of the oracle's, where the truth is known; `nil` for `reverse`, whose market is
  /// another than the oracle's.
  public internal(set) var shareOfOracle: Double?
  /// What makes the row suspect, such as skill too good to be true.
  public let warnings: [String]

  /// The name, with the training source where that is not `real`.
  var title: String { trainingSource == "real" ? name : "\(name) (\(trainingSource))" }

  /// Mean RankIC, what rows are sorted by.
  public var rankIC: Double? { metrics["rank_ic"]?.mean }

  func comparing(with oracle: Double?) -> LeaderboardRow {
    var row = self
    if let oracle, oracle > 0, let own = rankIC { row.shareOfOracle = own / oracle }
    return row
  }

  enum CodingKeys: String, CodingKey {
    case trainingSource = "training_source", family, name, isYardstick = "yardstick", seeds, folds
    case failed, metrics, shareOfOracle = "share_of_oracle", warnings
  }
}

extension LeaderboardRow.Score: Codable {
  enum CodingKeys: String, CodingKey { case mean, low, high, undefinedDates = "undefined_dates" }

  /// Writes `null` for what is undefined, so that the keys are always there.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(mean, forKey: .mean)
    try values.encode(low, forKey: .low)
    try values.encode(high, forKey: .high)
    try values.encode(undefinedDates, forKey: .undefinedDates)
  }
}
