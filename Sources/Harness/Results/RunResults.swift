import Foundation
import Market
import Metrics

/// Everything that is made from the stored cells of a run, without training anything.
public struct RunResults: Sendable {
  public let leaderboard: Leaderboard
  public let comparisons: Comparisons
  public let explanations: Explanations
  public let figures: ReportFigures
  public let timings: RunTimings
  /// A sampled market of each generator, for pictures.
  let examples: [ExampleMarket]

  /// Scores what the cells of a plan have stored.
  ///
  /// - Throws: `UserFacingError` where a stored prediction cannot be read.
  public init(_ plan: Plan, of workbench: Workbench, from directory: RunDirectory) throws {
    let scorer = try RowScorer(workbench, from: directory)
    let scored = try plan.rows.map { try scorer.score($0, cells: plan.cells(of: $0)) }
    leaderboard = try Leaderboard(scored, by: scorer, plan, from: directory)
    comparisons = try Comparisons(
      scored, by: scorer,
      verdicts: workbench.experiment.generators.filter { generator in
        plan.generators.contains(generator.name)
      }.map { generator in
        let markets = plan.markets(of: generator.name)
        return GeneratorVerdict(
          generator, scored, resamples: scorer.resamples,
          fidelity: FidelitySummary(markets.compactMap { directory.fidelity(of: $0) }),
          failed: markets.count { !directory.hasSyntheticMarket($0.key) })
      })
    explanations = try Explanations(plan, of: workbench, from: directory)
    figures = try ReportFigures(scored, by: scorer, plan)
    timings = try RunTimings(plan, under: workbench.experiment, from: directory)
    examples = ExampleMarket.all(of: plan, from: directory)
  }

  /// Writes `leaderboard.*`, `comparisons.json`, `explanations.*`, `report.json`, `timings.json` and
  /// `report.html`, each whole or not at all.
  ///
  /// Timings, and the page that shows them, differ from run to run; nothing else does.
  public func write(to directory: RunDirectory) throws {
    let environment = try directory.environment() ?? RunEnvironment.current()
    let page = ReportPage(results: self, environment: environment).page()
    try directory.write(Data(page.source.utf8), named: "report.html")
    try directory.write(Data((try leaderboard.json() + "\n").utf8), named: "leaderboard.json")
    try directory.write(Data(leaderboard.csv().utf8), named: "leaderboard.csv")
    try directory.write(Data(markdown.utf8), named: "leaderboard.md")
    try comparisons.write(to: directory)
    try explanations.write(to: directory)
    try figures.write(to: directory)
    try timings.write(to: directory)
  }
}
