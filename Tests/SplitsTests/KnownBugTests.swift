import Market
import Testing

@testable import Splits

/// Mistakes found in the public trackers of other purging libraries, each as a test of ours.
@Suite struct KnownBugTests {
  func train(
    excluding blocks: Range<Int>..., dates: Int, reach: Int, embargo: Int = 0
  ) -> [Int] {
    Purge(reach: reach, embargo: embargo).dates(of: dates, outside: blocks)
  }

  /// Hudson & Thames mlfinlab, issue 295.
  @Test func aTrainingLabelThatEndsInsideTheTestIsPurged() {
    let kept = train(excluding: 20..<30, dates: 50, reach: 5)
    for date in 15..<20 { #expect(!kept.contains(date), "label ends at \(date + 5)") }
    #expect(kept.contains(14))
  }

  /// timeseriescv, pull request 8.
  @Test func theEmbargoStartsAtTheTestBlockAndClipsNothingElse() {
    #expect(train(excluding: 0..<4, dates: 12, reach: 1, embargo: 2) == Array(7...11))
    #expect(train(excluding: 8..<12, dates: 12, reach: 1, embargo: 2) == Array(0...6))
    #expect(train(excluding: 0..<4, 8..<12, dates: 12, reach: 0, embargo: 2) == [6, 7])
  }

  /// openquant, issue 65: the window began at the end of the first test label.
  @Test func theWindowBeginsWithTheFirstTestDateAndEndsWithTheFurthestLabel() {
    let kept = train(excluding: 20..<30, dates: 60, reach: 6)
    #expect(kept.filter { (10..<40).contains($0) } == Array(10...13) + Array(36...39))
  }

  /// openquant, issue 27: without label spans nothing was purged, and 80 of 80 dates were kept.
  @Test func aPurgeCannotBeForgotten() throws {
    let splitter = try PurgedKFold(
      folds: 5, label: LabelSpec(entryLag: 0, horizon: 10), embargo: 0, validationFraction: 0)
    #expect(try splitter.split(dates: 100)[2].train.count == 60)
    #expect(throws: SpecError.self) { try LabelSpec(entryLag: 0, horizon: 0) }
  }

  /// Vibe-Trading, issue 1204: two test blocks were purged as if they were one long span.
  @Test func whatLiesBetweenTwoTestBlocksIsKept() throws {
    // Of the 12 dates between the blocks, two next to each block go.
    #expect(train(excluding: 0..<6, 18..<24, dates: 24, reach: 2) == Array(8...15))
    let fold = try CombinatorialPurgedKFold(
      groups: 4, testGroups: 2, label: label(reach: 2), embargo: 0, validationFraction: 0
    ).split(dates: 24)[2]
    #expect(fold.test == Array(0...5) + Array(18...23))
    #expect(fold.train == Array(8...15))
  }

  /// Fynance, issues 250 and 273: the embargo lay inside the purge instead of after it.
  @Test func theEmbargoIsStackedOnThePurge() {
    let kept = train(excluding: 4..<8, dates: 30, reach: 3, embargo: 2)
    #expect(kept == [0] + Array(13...29))
  }

  /// Vibe-Trading, issue 1204 again: an empty training set went through.
  @Test func anEmptyTrainingSetIsAnError() throws {
    let splitter = try PurgedKFold(
      folds: 2, label: label(reach: 10), embargo: 0, validationFraction: 0)
    #expect(throws: SpecError.emptyTraining(fold: 0, dates: 20, reach: 10, embargo: 0)) {
      try splitter.split(dates: 20)
    }
  }
}
