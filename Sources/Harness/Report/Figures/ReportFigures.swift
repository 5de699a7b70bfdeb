import Foundation
import Market
import Metrics

/// The numbers behind the report's pictures that no other file holds: the content of `report.json`.
///
/// Computed from stored predictions and the panel alone. Holds nothing that depends on time, machine or
/// number of workers.
public struct ReportFigures: Codable, Sendable, Equatable {
  /// Which cells a row of the leaderboard was scored from.
  public struct Origin: Codable, Sendable, Equatable {
    public let trainingSource: String
    public let name: String
    /// Names of files in `cells/` and `predictions/`.
    public let cells: [String]

    enum CodingKeys: String, CodingKey { case trainingSource = "training_source", name, cells }
  }

  public var schema = 1
  public let title: String
  /// RankIC on the folds, windows or groups of test dates.
  public let blocks: SlicedScores
  /// `nil` for a market too short to tell regimes apart.
  public let regimes: SlicedScores?
  public let marketRegimes: MarketRegimes?
  public let horizons: HorizonScores
  public let longShort: LongShortCurves
  public let origins: [Origin]

  enum CodingKeys: String, CodingKey {
    case schema, title, blocks, regimes, marketRegimes = "market_regimes", horizons
    case longShort = "long_short", origins
  }

  /// - Throws: `SpecError` for intervals that cannot be drawn.
  init(_ scored: [RowScorer.Scored], by scorer: RowScorer, _ plan: Plan) throws {
    let workbench = scorer.workbench
    let (panel, experiment) = (workbench.dataset.panel, workbench.experiment)
    let (resamples, calendar) = (scorer.resamples, scorer.resamples.calendar)
    // As the leaderboard has them; of equal ones, as the plan has.
    let real = scored.enumerated().filter {
      $0.element.training == .real && !$0.element.replicates.isEmpty
    }.sorted { a, b in
      let (x, y) = (a.element.row.rankIC ?? -.infinity, b.element.row.rankIC ?? -.infinity)
      return x != y ? x > y : a.offset < b.offset
    }.map(\.element)
    let ranking = real.filter { $0.row.rankIC != nil }
    let models = ranking.map { (name: $0.row.name, isYardstick: $0.row.isYardstick) }
    let daily = ranking.map { resamples.series(.rankIC, of: $0.replicates) }
    title = experiment.title
    blocks = .byBlock(
      models, daily: daily, blocks: scorer.blocks, name: experiment.split.kind.blockName,
      resamples: resamples)
    marketRegimes = MarketRegimes(of: panel)
    regimes = marketRegimes.map {
      .byRegime(models, daily: daily, regimes: $0, resamples: resamples)
    }
    horizons = try HorizonScores(
      models, daily: ranking.map(\.overHorizons), horizons: scorer.horizons,
      experiment: experiment, calendar: calendar)
    longShort = LongShortCurves(
      real.map { (name: $0.row.name, isYardstick: $0.row.isYardstick) },
      net: real.map { scorer.netReturns(of: $0) }, horizon: experiment.label.horizon,
      calendar: calendar, named: panel.calendar)
    origins = plan.rows.map { row in
      Origin(
        trainingSource: row.source, name: row.name, cells: plan.cells(of: row).map(\.key))
    }
  }

  /// Writes `report.json`, whole or not at all.
  public func write(to directory: RunDirectory) throws {
    let json = try StrictJSON.encode(self, pretty: true)
    try directory.write(json + Data("\n".utf8), named: "report.json")
  }
}

extension SplitSpec.Kind {
  /// What a row's numbers are means over: its replicates.
  var replicates: String { self == .combinatorial ? "seeds and paths" : "seeds" }

  /// What one block of test dates is called.
  var blockName: String {
    switch self {
    case .purgedKFold: "fold"
    case .walkForward: "window"
    case .combinatorial: "group"
    }
  }
}
