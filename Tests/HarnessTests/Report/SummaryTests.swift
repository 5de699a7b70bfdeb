import Foundation
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct SummaryTests {
  /// The same comparisons with another p value of the test against the yardstick, and one model out of the
  /// confidence set or none.
  private func comparisons(
    _ original: Comparisons, pValue: Double, throwingOut isOut: Bool = false
  ) throws -> Comparisons {
    var json = try #require(
      JSONSerialization.jsonObject(with: StrictJSON.encode(original)) as? [String: Any])
    var superiority = try #require(json["superiority"] as? [String: Any])
    superiority["p_value"] = pValue
    json["superiority"] = superiority
    json["confidence_set"] = [
      ["name": "linear", "p_value": 1, "in_set": true],
      ["name": "lasso", "p_value": 0.01, "in_set": !isOut],
    ]
    return try JSONDecoder().decode(
      Comparisons.self, from: JSONSerialization.data(withJSONObject: json))
  }

  @Test func modelsAreHeldAgainstTheBestYardstick() throws {
    let run = try SmallRun { experiment in
      experiment.families = ["mean_label", "reversal", "linear"].map { FamilyChoice($0) }
      experiment.families.append(
        FamilyChoice(
          "linear", name: "lasso", hyperparameters: .object(["penalty": .string("lasso")])))
      experiment.seeds = 1
      experiment.split.folds = 2
      experiment.explain.rows = 0
      // Nothing earns two per cent of what it trades.
      experiment.portfolio = (try? PortfolioSpec(costBasisPoints: 200)) ?? .standard
    }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let superiority = try #require(results.comparisons.superiority)
    // The oracle is neither yardstick nor model; mean_label has no RankIC.
    #expect(superiority.yardstick == "reversal" && superiority.models == 2)
    #expect(["linear", "lasso"].contains(superiority.best))
    #expect((0...1).contains(superiority.pValue))
    let written = try JSONDecoder().decode(Comparisons.self, from: run.data("comparisons.json"))
    #expect(written == results.comparisons)

    func sentences(_ pValue: Double) throws -> [String] {
      LeaderboardSummary(
        results.leaderboard, try comparisons(results.comparisons, pValue: pValue)
      ).sentences
    }
    let score = try #require(
      results.leaderboard.rows.first { $0.name == "reversal" }?.metrics["rank_ic"])
    let yardstick = "the yardstick 'reversal' (\(Score.interval(score, digits: 3)))"
    let test = "Hansen's test of superior predictive ability over 2 models"
    #expect(
      try sentences(0).contains(
        "'\(superiority.best)' is better than \(yardstick): \(test), p < 0.001."))
    #expect(
      try sentences(0.25).contains(
        "No model is shown to be better than \(yardstick): \(test), p = 0.250."))
    #expect(try sentences(0.05).contains { $0.hasPrefix("No model is shown") })
    #expect(
      try comparisons(results.comparisons, pValue: 1).markdown?.contains(
        "`linear`, `lasso` may be the best; none is thrown out.") == true)
    #expect(
      try comparisons(results.comparisons, pValue: 1, throwingOut: true).markdown?.contains(
        "`linear` may be the best; the others may not.") == true)
    // An interval below zero is a loss, not a doubt.
    #expect(
      try sentences(1).contains {
        $0.hasPrefix("Of the models, the long-short portfolio of '")
          && $0.contains(" after costs, ")
          && $0.hasSuffix("] % a year: a loss.")
      })
  }

  /// The first row of the table is not always the model that the first sentence names.
  @Test func yardsticksThatAreAheadAreNamed() throws {
    let run = try SmallRun { experiment in
      experiment.families = ["reversal", "linear"].map { FamilyChoice($0) }
      experiment.seeds = 1
      experiment.explain.rows = 0
    }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let linear = try #require(results.leaderboard.rows.first { $0.name == "linear" })
    let model = try #require(linear.rankIC)
    /// The first sentence where the yardstick's mean lies so far from the model's.
    func first(_ distance: Double) throws -> String {
      var json = try #require(
        JSONSerialization.jsonObject(with: StrictJSON.encode(results.leaderboard)) as? [String: Any]
      )
      let rows = try #require(json["rows"] as? [[String: Any]])
      json["rows"] = rows.map { row in
        guard row["name"] as? String == "reversal" else { return row }
        let score = ["mean": model + distance, "undefined_dates": 0]
        return row.merging(["metrics": ["rank_ic": score]]) { $1 }
      }
      let leaderboard = try JSONDecoder().decode(
        Leaderboard.self, from: JSONSerialization.data(withJSONObject: json))
      return try #require(LeaderboardSummary(leaderboard, results.comparisons).sentences.first)
    }
    let ahead = try first(0.5)
    #expect(ahead.hasPrefix("Of the models, 'linear' has the highest mean RankIC: "))
    #expect(
      ahead.hasSuffix(
        "; ahead of it is the yardstick 'reversal' (\(Score.plain(model + 0.5, digits: 3)))."))
    // The oracle is ahead as well, and no yardstick that a model could pass.
    #expect(try !first(-0.5).contains("ahead of it"))
  }

  @Test func withoutAYardstickThatIsDefinedNothingIsSaidOfIt() throws {
    let results = try #require(
      try {
        let run = try SmallRun { $0.explain.rows = 0 }
        return try Run(run.experiment, in: run.directory).execute()
      }())
    #expect(results.comparisons.superiority == nil)
    let summary = LeaderboardSummary(results.leaderboard, results.comparisons)
    #expect(!summary.sentences.contains { $0.contains("yardstick") })
  }

  @Test(arguments: [
    ([TrainingSource.Kind.synthetic], "mean_label", "shuffle"), ([.reverse], "linear", "add"),
  ])
  func aRunWithNothingToTrainIsRefused(
    _ sources: [TrainingSource.Kind], _ family: String, _ generator: String
  ) throws {
    let run = try SmallRun { experiment in
      experiment.sources = sources
      experiment.families = [FamilyChoice(family)]
      experiment.generators = [GeneratorChoice(generator)]
    }
    let error = #expect(throws: SpecError.self) { try run.execute() }
    #expect(error?.description.contains("sources is [\(sources[0].rawValue)]") == true)
    #expect(!FileManager.default.fileExists(atPath: run.directory.url.path))
  }
}
