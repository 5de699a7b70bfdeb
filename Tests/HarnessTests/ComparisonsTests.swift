import Foundation
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct ComparisonsTests {
  /// The corrected test over folds, by hand from the folds' dates and each fold's mean RankIC.
  @Test func theTestOverFoldsKnowsWhatWasFitted() throws {
    let run = try SmallRun { experiment in
      experiment.families = ["reversal", "linear"].map { FamilyChoice($0) }
      (experiment.seeds, experiment.explain.rows) = (1, 0)
    }
    let results = try #require(try Run(run.experiment, in: run.directory).execute())
    let folds = try Workbench(run.experiment).folds
    let share =
      folds.reduce(0) { $0 + Double($1.test.count) / Double($1.train.count) } / Double(folds.count)
    // A third of the dates is tested; purge, embargo and validation leave less than two thirds to be fitted.
    #expect(folds.count == 3 && share > 0.6)
    let blocks = results.figures.blocks.rows
    func means(_ name: String) throws -> [Double] {
      try #require(blocks.first { $0.name == name }).scores.map { $0.mean ?? .nan }
    }
    let differences = try zip(means("reversal"), means("linear")).map { $0 - $1 }
    func pValue(_ share: Double) throws -> Double {
      try #require(NadeauBengio(differences: differences, testShare: share)).pValue
    }
    let pair = try #require(results.comparisons.pairs.first)
    #expect(pair.first == "reversal" && pair.second == "linear")
    let found = try #require(pair.foldPValue)
    #expect(try abs(found - pValue(share)) < 1e-12)
    #expect(try found > pValue(0.5))
  }

  @Test(arguments: [SplitSpec.Kind.combinatorial, .walkForward])
  func otherSplitsHaveNoSuchFolds(_ kind: SplitSpec.Kind) throws {
    let run = try SmallRun { experiment in
      (experiment.split.kind, experiment.split.folds) = (kind, 4)
    }
    #expect(try Comparisons.testShare(Workbench(run.experiment)) == nil)
  }
}
