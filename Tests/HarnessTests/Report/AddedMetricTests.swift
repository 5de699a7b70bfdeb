import Foundation
import Market
import Metrics
import Testing

@testable import Harness

/// Metrics that are shown only once somebody asks for them.
@Suite struct AddedMetricTests {
  /// As an older version left it: its spec knows no metrics, its leaderboard lacks one.
  private func oldRun() throws -> SmallRun {
    let run = try SmallRun()
    _ = try run.execute()
    let spec = try #require(
      try JSONSerialization.jsonObject(with: run.data("spec.json")) as? [String: Any])
    try JSONSerialization.data(withJSONObject: spec.filter { $0.key != "metrics" })
      .write(to: run.directory.url.appendingPathComponent("spec.json"))
    for name in ["leaderboard.json", "leaderboard.csv", "leaderboard.md", "report.html"] {
      try FileManager.default.removeItem(at: run.directory.url.appendingPathComponent(name))
    }
    return run
  }

  private func text(_ name: String, of run: SmallRun) throws -> String {
    String(decoding: try run.data(name), as: UTF8.self)
  }

  @Test func oldRunsShowItEverywhereAndKeepIt() throws {
    let run = try oldRun()
    let plain = try Run.rescore(run.directory)
    #expect(!plain.markdown.contains("Volatility"))
    let stamp = try run.modified("cells/\(try run.files(in: "cells")[0])")
    let results = try Run.rescore(run.directory, addingMetrics: ["ls_volatility", "mae"])
    #expect(try run.modified("cells/\(try run.files(in: "cells")[0])") == stamp)
    let row = try #require(results.leaderboard.rows.first { $0.family == "linear" })
    let shown = Score.plain(try #require(row.metrics["ls_volatility"]?.mean) * 100, digits: 1)
    let header = try #require(
      results.leaderboard.terminalTable().split(separator: "\n").first { $0.hasPrefix("model") })
    #expect(header.contains("turnover  Volatility %    MAE"), "\(header)")
    for name in ["leaderboard.md", "report.html"] {
      #expect(try text(name, of: run).contains("Volatility %"), "\(name)")
      #expect(try text(name, of: run).contains(shown), "\(name)")
    }
    #expect(try text("leaderboard.csv", of: run).contains(",ls_volatility,ls_volatility_low,"))
    #expect(try text("leaderboard.json", of: run).contains("\"ls_volatility\" : {"))

    let before = try run.data("leaderboard.md")
    let again = try Run.rescore(run.directory)
    #expect(try run.data("leaderboard.md") == before)
    #expect(again.leaderboard.experiment.metrics.suffix(2) == ["ls_volatility", "mae"])
  }

  @Test func whatIsThereIsNotAddedTwice() throws {
    let run = try oldRun()
    _ = try Run.rescore(run.directory, addingMetrics: ["rank_ic", "ic", "icir", "icir"])
    let metrics = try run.directory.readSpec().metrics
    #expect(metrics == Experiment().metrics + ["icir"])
  }

  @Test(arguments: [
    ("turnvoer", "no metric named 'turnvoer'"),
    ("kurtosis", "'kurtosis', which compares markets and no predictions; accepted: rank_ic"),
  ])
  func whatCannotBeShownChangesNothing(_ id: String, _ message: String) throws {
    let run = try oldRun()
    let before = try run.data("spec.json")
    let error = #expect(throws: SpecError.self) {
      try Run.rescore(run.directory, addingMetrics: ["mae", id])
    }
    #expect("\(try #require(error))".contains(message))
    #expect(try run.data("spec.json") == before)
    #expect(!(try run.files().contains("leaderboard.json")))
  }

  /// Columns are no part of what is trained: the same run, and the same name of its directory.
  @Test func showingMoreTrainsNothing() throws {
    let run = try SmallRun()
    _ = try run.execute()
    var other = run.experiment
    other.metrics = ["mae"]
    let counter = CountingProgress()
    let results = try #require(try Run(other, in: run.directory).execute(progress: counter))
    #expect(counter.finishedCells == 0)
    #expect(try other.directoryName == run.experiment.directoryName)
    let lines = results.leaderboard.terminalTable().split(separator: "\n")
    #expect(lines.contains { $0.contains("RankIC") && $0.contains("MAE") && !$0.contains("hit") })
  }

  @Test func everyMetricHasAColumnOfItsOwn() {
    let columns = metricRegistry.entries.map { MetricColumn($0) }
    #expect(Set(columns.map(\.title)).count == columns.count)
    #expect(columns.map(\.id) == metricRegistry.ids)
  }
}
