import Metrics

/// How a generator's markets resemble the real one, averaged over folds and seeds.
public struct FidelitySummary: Codable, Sendable, Equatable {
  public struct Score: Codable, Sendable, Equatable {
    public let metric: String
    public let title: String
    public let horizon: Int?
    public let value: Double
    /// What a perfect generator would score.
    public let floor: Double?
    /// The share of markets that scored where nine of ten perfect generators would.
    public let withinFloor: Double?

    enum CodingKeys: String, CodingKey {
      case metric, title, horizon, value, floor, withinFloor = "within_floor"
    }
  }

  /// Markets that were compared.
  public let markets: Int
  public let scores: [Score]
  /// Share of windows that a classifier tells from real ones; 0.5 is chance.
  public let classifierAccuracy: Double?
  /// Of all scores with a floor, the share that cannot be told from a perfect generator's.
  public let withinFloor: Double?

  enum CodingKeys: String, CodingKey {
    case markets, scores, classifierAccuracy = "classifier_accuracy", withinFloor = "within_floor"
  }

  /// Share of windows nearer to the training dates than 99 % of other real ones: 0.01 where nothing is memorised.
  var nearCopies: Double? { scores.first { $0.metric == "suspiciously_near" }?.value }
  /// Share of days that stand in the training dates return for return: 0 where nothing is copied.
  var copiedDays: Double? { scores.first { $0.metric == "copied_share" }?.value }

  /// `nil` without a report.
  init?(_ reports: [FidelityReport]) {
    guard let first = reports.first else { return nil }
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    scores = first.rows.compactMap { row in
      let same = reports.flatMap(\.rows).filter {
        $0.metric == row.metric && $0.horizon == row.horizon
      }
      guard let value = mean(same.compactMap(\.value)) else { return nil }
      let within = same.compactMap { row in
        row.floorRange.flatMap { range in row.value.map { range.contains($0) ? 1.0 : 0 } }
      }
      return Score(
        metric: row.metric, title: row.title, horizon: row.horizon, value: value,
        floor: mean(same.compactMap(\.floor)), withinFloor: mean(within))
    }
    markets = reports.count
    classifierAccuracy = mean(reports.compactMap { $0.classifier?.accuracy })
    withinFloor = mean(scores.compactMap(\.withinFloor))
  }
}
