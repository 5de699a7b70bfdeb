import Foundation
import Market
import Splits
import Testing

@testable import Harness

/// Comparisons with the real market are kept for as long as they would come out the same.
@Suite struct MarketComparisonTests {
  @Test func itIsNamedByMarketAndTestedDates() throws {
    func name(_ key: String, _ test: [Int], train: [Int] = [1, 2]) throws -> String {
      try MarketComparison.identity(
        ofMarket: key, testing: Fold(index: 0, train: train, validation: [], test: test))
    }
    let one = try name("a", [3, 4])
    #expect(try name("a", [3, 4], train: [1]) == one)
    #expect(try name("b", [3, 4]) != one)
    #expect(try name("a", [3, 5]) != one)
  }

  private static func cuttingShort(_ list: String, in file: Data) throws -> Data {
    var object = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
    var report = try #require(object["report"] as? [String: Any])
    var curves = try #require(report["curves"] as? [String: Any])
    var fan = try #require(curves["fan"] as? [String: Any])
    let values = try #require(fan[list] as? [Any])
    fan[list] = Array(list == "quantiles" ? values.dropLast(values.count) : values.dropLast())
    curves["fan"] = fan
    report["curves"] = curves
    object["report"] = report
    return try JSONSerialization.data(withJSONObject: object)
  }

  /// In the run's directory, in a cache, and in what a dry run foretells.
  @Test func oneThatWasMadeOtherwiseIsMadeAnew() throws {
    let run = try SmallRun { experiment in
      experiment.datasetParameters = .object(["assets": .integer(8), "dates": .integer(220)])
      experiment.families = [FamilyChoice("linear")]
      experiment.sources = [.synthetic]
      experiment.generators = [GeneratorChoice("shuffle")]
      experiment.synthetic.compare = true
      (experiment.seeds, experiment.split.folds, experiment.explain.rows) = (1, 2, 0)
    }
    let folder = run.directory.url.path + "-cache"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = try RunCache(folder)
    _ = try Run(run.experiment, in: run.directory, cache: cache).execute()
    let workbench = try Workbench(run.experiment)
    let plan = try Plan(workbench)
    let market = try #require(plan.markets.first)
    let places = [run.directory.url.path, folder].map {
      URL(fileURLWithPath: "\($0)/synthetic/\(market.key).fidelity.json")
    }
    let whole = try Data(contentsOf: places[0])
    #expect(try Data(contentsOf: places[1]) == whole)
    func jobs(_ cache: RunCache?) throws -> Int {
      try RunEstimate(plan, of: workbench, in: run.directory, cache: cache, workers: 1).jobs
    }
    #expect(try jobs(cache) == 0)

    // What the cache has is taken, and foreseen to be.
    try FileManager.default.removeItem(at: places[0])
    #expect(try jobs(nil) == 1 && jobs(cache) == 0)
    let counter = CountingProgress()
    _ = try Run(run.experiment, in: run.directory, cache: cache).execute(progress: counter)
    #expect(counter.finishedCells == 0)
    #expect(try Data(contentsOf: places[0]) == whole)

    // Of other tested dates or another version, as of a version that named neither.
    let report = try #require(run.directory.fidelity(of: market))
    let unlike = MarketComparison(made: "otherwise", report: report)
    // Valid JSON that was changed by hand, with a list cut short.
    var cut: [Data] = []
    for list in ["quantiles", "real", "days"] {
      cut.append(try Self.cuttingShort(list, in: whole))
    }
    for stale in [try StrictJSON.encode(unlike), try StrictJSON.encode(report)] + cut {
      for place in places { try stale.write(to: place) }
      #expect(run.directory.fidelity(of: market) == nil)
      #expect(try jobs(cache) == 1)
    }
    _ = try Run(run.experiment, in: run.directory, cache: cache).execute()
    for place in places { #expect(try Data(contentsOf: place) == whole) }
  }
}
