import Market
import Metrics

/// RankIC of every model against forward returns of several lengths: how long a forecast lasts.
public struct HorizonScores: Codable, Sendable, Equatable {
  public struct Row: Codable, Sendable, Equatable {
    public let name: String
    public let isYardstick: Bool
    /// One a horizon.
    public let scores: [SeriesScore]

    enum CodingKeys: String, CodingKey { case name, isYardstick = "yardstick", scores }
  }

  /// In dates, increasing; the label's own is among them.
  public let horizons: [Int]
  public let labelHorizon: Int
  public let entryLag: Int
  /// Dates in a block of the bootstrap: no shorter than the longest return looks ahead.
  public let blockLength: Int
  public let rows: [Row]

  enum CodingKeys: String, CodingKey {
    case horizons, labelHorizon = "label_horizon", entryLag = "entry_lag"
    case blockLength = "block_length", rows
  }

  /// - Parameters:
  ///   - models: Names, and whether they are yardsticks.
  ///   - daily: Of each model one list a horizon, one number a date of the calendar.
  ///   - horizons: In dates, increasing.
  ///   - experiment: Its label, seed and settings of intervals.
  ///   - calendar: The test dates as positions in the panel.
  /// - Throws: `SpecError` for intervals that cannot be drawn.
  init(
    _ models: [(name: String, isYardstick: Bool)], daily: [[[Double]]], horizons: [Int],
    experiment: Experiment, calendar: [Int]
  ) throws {
    let label = experiment.label
    // Returns over 20 dates overlap for 20 dates: shorter blocks would call their mean too certain.
    let bootstrap = try MovingBlockBootstrap(
      blockLength: max(
        experiment.intervals.blockLength,
        MovingBlockBootstrap.defaultBlockLength(
          dates: calendar.count, reach: label.entryLag + (horizons.last ?? 1))),
      resamples: experiment.intervals.resamples, confidence: experiment.intervals.level)
    let resamples = bootstrap.draw(
      over: calendar, from: SeedTree(root: experiment.seed).stream("intervals over horizons"))
    self.horizons = horizons
    (labelHorizon, entryLag, blockLength) = (label.horizon, label.entryLag, bootstrap.blockLength)
    rows = zip(models, daily).map { model, daily in
      Row(
        name: model.name, isYardstick: model.isYardstick,
        scores: daily.map { resamples.score(of: $0) })
    }
  }

  /// What is looked at of a market: 1, 2, 3, 5, 10, 20 dates and the label's own, as far as a quarter of the
  /// panel reaches.
  static func horizons(for label: LabelSpec, dates: Int) -> [Int] {
    Set([1, 2, 3, 5, 10, 20].filter { label.entryLag + $0 <= dates / 4 } + [label.horizon]).sorted()
  }
}
