import Generators
import Metrics

/// Mean daily RankIC of every model on parts of the test dates: folds, or regimes of the market.
public struct SlicedScores: Codable, Sendable, Equatable {
  public struct Slice: Codable, Sendable, Equatable {
    public let name: String
    /// Test dates in it.
    public let dates: Int
  }

  public struct Row: Codable, Sendable, Equatable {
    public let name: String
    public let isYardstick: Bool
    /// One a slice.
    public let scores: [SeriesScore]

    enum CodingKeys: String, CodingKey { case name, isYardstick = "yardstick", scores }
  }

  public let slices: [Slice]
  public let rows: [Row]

  /// Cuts daily series into slices.
  ///
  /// - Parameters:
  ///   - models: Names, and whether they are yardsticks.
  ///   - daily: Of each model one number a date of the calendar, NaN where undefined.
  ///   - slices: Names, and whether a position of the calendar belongs to it.
  ///   - resamples: What intervals are drawn from.
  init(
    _ models: [(name: String, isYardstick: Bool)], daily: [[Double]],
    slices: [(name: String, holds: (_ place: Int) -> Bool)], resamples: Resamples
  ) {
    let places = slices.map { slice in
      Set(resamples.calendar.indices.filter { slice.holds($0) })
    }
    self.slices = zip(slices, places).map { Slice(name: $0.name, dates: $1.count) }
    rows = zip(models, daily).map { model, series in
      Row(
        name: model.name, isYardstick: model.isYardstick,
        scores: places.map { places in
          resamples.score(
            of: series.indices.map { places.contains($0) ? series[$0] : .nan })
        })
    }
  }
}

extension SlicedScores {
  /// By the blocks of test dates: folds, windows, or groups of a combinatorial split.
  static func byBlock(
    _ models: [(name: String, isYardstick: Bool)], daily: [[Double]], blocks: [Range<Int>],
    name: String, resamples: Resamples
  ) -> SlicedScores {
    SlicedScores(
      models, daily: daily,
      slices: blocks.enumerated().map { index, block in
        (name: "\(name) \(index + 1)", holds: { block.contains(resamples.calendar[$0]) })
      }, resamples: resamples)
  }

  /// By the market's regime on the date of the decision; regimes without a test date are left out.
  static func byRegime(
    _ models: [(name: String, isYardstick: Bool)], daily: [[Double]], regimes: MarketRegimes,
    resamples: Resamples
  ) -> SlicedScores {
    let tested = Set(resamples.calendar.compactMap { regimes.byDate[$0] })
    return SlicedScores(
      models, daily: daily,
      slices: MarketCondition.Regime.allCases.filter(tested.contains).map { regime in
        (name: regime.rawValue, holds: { regimes.byDate[resamples.calendar[$0]] == regime })
      }, resamples: resamples)
  }
}
