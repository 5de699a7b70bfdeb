import Foundation
import Generators
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct ReportFiguresTests {
  private func resamples(_ calendar: [Int]) throws -> Resamples {
    try MovingBlockBootstrap(blockLength: 1, resamples: 50)
      .draw(over: calendar, from: SeedTree(root: 1).stream("test"))
  }

  /// Dates 10 to 15, one of them undefined: means by hand.
  @Test func slicesAreMeansOverTheirDates() throws {
    let sliced = SlicedScores.byBlock(
      [(name: "a", isYardstick: false), (name: "b", isYardstick: true)],
      daily: [[1, 2, 6, 0, .nan, 4], [.nan, .nan, .nan, 1, 1, 1]], blocks: [10..<13, 13..<16],
      name: "fold", resamples: try resamples(Array(10..<16)))
    #expect(
      sliced.slices == [.init(name: "fold 1", dates: 3), .init(name: "fold 2", dates: 3)])
    #expect(
      sliced.rows.map(\.name) == ["a", "b"] && sliced.rows.map(\.isYardstick) == [false, true])
    #expect(sliced.rows[0].scores.map(\.mean) == [3, 2])
    #expect(sliced.rows[0].scores.map(\.dates) == [3, 2])
    #expect(sliced.rows[1].scores.map(\.mean) == [nil, 1])
    let interval = sliced.rows[0].scores[0]
    #expect(try #require(interval.low) < 3 && #require(interval.high) > 3)
  }

  /// Forty quiet returns, then a crash, then recovery: regimes by hand, from the past alone.
  @Test func regimesFollowWhatHappenedBefore() throws {
    let quiet = (0..<60).map { $0 % 2 == 0 ? 0.001 : -0.0005 }
    let crash = (0..<12).map { $0 % 2 == 0 ? -0.05 : 0.02 }
    let returns = quiet + crash
    let regimes = try #require(MarketRegimes(returns: returns))
    #expect(regimes.byDate.count == 72)
    #expect(regimes.byDate[..<19].allSatisfy { $0 == nil })
    #expect(regimes.byDate[19...59].allSatisfy { $0 == .normal || $0 == .calm })
    #expect(regimes.byDate.last == .stress)
    #expect(regimes.stretches(of: .stress).last?.upperBound == 72)
    // With the same thresholds, a date knows nothing of what comes after it.
    let before = regimes.thresholds.conditions(of: Array(returns[..<65])).map { $0?.regime }
    #expect(before == Array(regimes.byDate[..<65]))
    #expect(MarketRegimes(returns: Array(quiet[..<10])) == nil)

    let calendar = Array(50..<72)
    let sliced = SlicedScores.byRegime(
      [(name: "a", isYardstick: false)],
      daily: [calendar.map { regimes.byDate[$0] == .stress ? -1 : 1 }], regimes: regimes,
      resamples: try resamples(calendar))
    #expect(sliced.slices.map(\.dates).reduce(0, +) == calendar.count)
    for (slice, score) in zip(sliced.slices, sliced.rows[0].scores) {
      #expect(score.mean == (slice.name == "stress" ? -1 : 1))
    }
  }

  @Test func curvesAreRunningSums() throws {
    #expect(LongShortCurves.running([0.02, .nan, -0.01], horizon: 2) == [0.01, 0.01, 0.005])
    let calendar = Array(5..<1205)
    let curves = LongShortCurves(
      [(name: "a", isYardstick: false), (name: "empty", isYardstick: true)],
      net: [calendar.map { _ in 0.001 }, calendar.map { _ in .nan }], horizon: 1,
      calendar: calendar,
      named: .weekdays(from: TradingDate(daysSinceEpoch: 15_000), count: 1300))
    #expect(curves.positions.count == LongShortCurves.most && curves.positions.last == 1204)
    #expect(curves.dates.count == curves.positions.count)
    #expect(curves.curves.map(\.name) == ["a"])
    let curve = try #require(curves.curves.first)
    for (position, value) in zip(curves.positions, curve.net) {
      #expect(abs(value - 0.001 * Double(position - 4)) < 1e-12)
    }
  }

  /// A model's RankIC over several horizons, from its stored predictions and the prices alone.
  @Test func horizonsAreThoseOfTheStoredPredictions() throws {
    let run = try SmallRun { $0.explain.rows = 0 }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let horizons = results.figures.horizons
    #expect(horizons.horizons == [1, 2, 3, 5, 10, 20] && horizons.labelHorizon == 1)
    #expect(horizons.blockLength >= 21)
    let workbench = try Workbench(run.experiment)
    let panel = workbench.dataset.panel
    let close = try panel.series(of: "close", for: "a test")
    let days = Dictionary(uniqueKeysWithValues: panel.calendar.dates.enumerated().map { ($1, $0) })
    func forward(_ date: Int, _ asset: Int, _ horizon: Int) -> Float {
      guard date + 1 + horizon < panel.dates else { return .nan }
      return close[(date + 1 + horizon) * panel.assets + asset]
        / close[(date + 1) * panel.assets + asset] - 1
    }
    var daily = [[Double]](repeating: [], count: 6)
    for cell in try Plan(workbench).cells where cell.name == "linear" {
      let rows = try run.directory.predictions(of: cell.key)
      for day in Set(rows.date).sorted() {
        let date = try #require(days[day])
        let known = rows.date.indices.filter { row in
          rows.date[row] == day
            && horizons.horizons.allSatisfy { forward(date, Int(rows.asset[row]), $0).isFinite }
        }
        for (place, horizon) in horizons.horizons.enumerated() {
          let value = spearman(
            known.map { rows.prediction[$0] },
            known.map { forward(date, Int(rows.asset[$0]), horizon) })
          if let value { daily[place].append(value) }
        }
      }
    }
    let row = try #require(horizons.rows.first { $0.name == "linear" })
    for (values, score) in zip(daily, row.scores) {
      #expect(score.dates == values.count)
      let mean = values.reduce(0, +) / Double(values.count)
      #expect(abs(mean - (score.mean ?? .nan)) < 1e-6)
    }
    #expect(!horizons.rows.contains { $0.name == "mean_label" })
  }

  @Test func horizonsFitTheMarketAndHoldTheLabels() throws {
    func horizons(_ horizon: Int, _ dates: Int) throws -> [Int] {
      HorizonScores.horizons(for: try LabelSpec(entryLag: 1, horizon: horizon), dates: dates)
    }
    #expect(try horizons(1, 1000) == [1, 2, 3, 5, 10, 20])
    #expect(try horizons(7, 44) == [1, 2, 3, 5, 7, 10])
    #expect(try horizons(15, 20) == [1, 2, 3, 15])
  }

  /// What every row was scored from can be looked up.
  @Test func everyRowNamesItsCells() throws {
    let run = try SmallRun { $0.explain.rows = 0 }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let stored = try run.files(in: "cells")
    for row in results.leaderboard.rows {
      let origin = try #require(
        results.figures.origins.first {
          $0.name == row.name && $0.trainingSource == row.trainingSource
        })
      #expect(origin.cells.count == row.folds * row.seeds)
      #expect(origin.cells.allSatisfy { stored.contains("\($0).json") })
    }
    let written = try JSONDecoder().decode(ReportFigures.self, from: run.data("report.json"))
    #expect(written == results.figures)
    let fold = try #require(written.blocks.rows.first { $0.name == "linear" })
    let row = try #require(results.leaderboard.rows.first { $0.name == "linear" })
    // Folds of equal size: their mean is the leaderboard's.
    let dates = fold.scores.map { Double($0.dates) }
    let mean =
      zip(fold.scores, dates).reduce(0) { $0 + ($1.0.mean ?? 0) * $1.1 } / dates.reduce(0, +)
    #expect(abs(mean - (row.rankIC ?? .nan)) < 1e-12)
    // The curve ends where the annual return says.
    let curve = try #require(written.longShort.curves.first { $0.name == "linear" }?.net.last)
    let annual = try #require(row.metrics["ls_return_net"]?.mean)
    #expect(abs(curve - annual / 252 * dates.reduce(0, +)) < 1e-9)
  }
}
