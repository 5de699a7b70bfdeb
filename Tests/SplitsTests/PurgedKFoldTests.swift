import Market
import Testing

@testable import Splits

@Suite struct PurgedKFoldTests {
  struct Row: Sendable {
    let entryLag: Int
    let horizon: Int
    let embargo: Int
    let test: Range<Int>
    let train: [Int]
  }

  /// Worked out by hand on twelve dates, so that a wrong formula cannot agree.
  static let table = [
    Row(entryLag: 0, horizon: 1, embargo: 0, test: 4..<8, train: [0, 1, 2, 9, 10, 11]),
    Row(entryLag: 1, horizon: 1, embargo: 0, test: 4..<8, train: [0, 1, 10, 11]),
    Row(entryLag: 0, horizon: 2, embargo: 0, test: 4..<8, train: [0, 1, 10, 11]),
    Row(entryLag: 1, horizon: 1, embargo: 1, test: 4..<8, train: [0, 1, 11]),
    Row(entryLag: 1, horizon: 1, embargo: 1, test: 8..<12, train: [0, 1, 2, 3, 4, 5]),
    Row(entryLag: 1, horizon: 1, embargo: 1, test: 0..<4, train: [7, 8, 9, 10, 11]),
    Row(entryLag: 1, horizon: 2, embargo: 0, test: 4..<8, train: [0, 11]),
  ]

  @Test(arguments: table) func leavesExactlyTheseDates(_ row: Row) throws {
    let splitter = try PurgedKFold(
      folds: 3, label: LabelSpec(entryLag: row.entryLag, horizon: row.horizon),
      embargo: row.embargo, validationFraction: 0)
    #expect(splitter.train(excluding: row.test, of: 12) == row.train)
    #expect(
      try splitter.split(dates: 12).contains { fold in
        fold.test == Array(row.test) && fold.train == row.train && fold.validation == []
      })
  }

  /// By hand: reach 2, embargo 1, four test blocks of 5 of 20 dates, 30 % validated.
  @Test func validationIsCutWhereItCostsLeast() throws {
    let folds = try PurgedKFold(
      folds: 4, label: label(reach: 2), embargo: 1, validationFraction: 0.3
    ).split(dates: 20)
    // The first block is 0…4: training is 8…19. Four dates at its end cost two more (14 and 15),
    // four at its beginning would cost three.
    #expect(
      folds[0]
        == Fold(
          index: 0, train: Array(8...13), validation: Array(16...19), test: [0, 1, 2, 3, 4]))
    // The second is 5…9: training is 0 1 2 and 13…19. The first three cost nothing more.
    #expect(
      folds[1]
        == Fold(
          index: 1, train: Array(13...19), validation: [0, 1, 2], test: [5, 6, 7, 8, 9]))
    // The last block is 15…19: training is 0…12, validation ends it.
    #expect(
      folds[3]
        == Fold(
          index: 3, train: Array(0...6), validation: [9, 10, 11, 12], test: [15, 16, 17, 18, 19]))
  }

  /// By hand: 4 + 2 training dates; no stretch holds five, so the block spans the test block.
  @Test func validationSpansTheHoleOnlyWhereItMust() throws {
    let splitter = try PurgedKFold(
      folds: 3, label: label(reach: 1), embargo: 0, validationFraction: 0.8)
    let fold = try splitter.split(dates: 15)[1]
    #expect(fold.test == [5, 6, 7, 8, 9])
    #expect(fold.train == [0])
    #expect(fold.validation == [2, 3, 11, 12, 13, 14])
  }

  @Test(arguments: 1...4, 0...3)
  func noTrainingLabelTouchesAHeldOutLabel(horizon: Int, embargo: Int) throws {
    let label = try LabelSpec(entryLag: 1, horizon: horizon)
    for fraction in [0, 0.2, 0.5] {
      for dates in [60, 61, 67] {
        let folds = try PurgedKFold(
          folds: 4, label: label, embargo: embargo, validationFraction: fraction
        ).split(dates: dates)
        #expect(folds.map(\.index) == [0, 1, 2, 3])
        #expect(folds.flatMap(\.test).sorted() == Array(0..<dates), "each date tested once")
        for fold in folds {
          expectNoLeak(fold, reach: label.reach, embargo: embargo, dates: dates)
          #expect(fold.validation.isEmpty == (fraction == 0))
          #expect(!fold.train.isEmpty)
        }
      }
    }
  }

  /// Nothing is dropped without a reason: without validation, the training set is maximal.
  @Test(arguments: 1...3, 0...2)
  func everyHarmlessDateIsKept(reach: Int, embargo: Int) throws {
    let splitter = try PurgedKFold(
      folds: 5, label: label(reach: reach), embargo: embargo, validationFraction: 0)
    for fold in try splitter.split(dates: 43) {
      let harmless = (0..<43).filter { i in
        fold.test.allSatisfy { j in i < j - reach || i > j + reach + embargo }
      }
      #expect(fold.train == harmless)
    }
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.9])
  func validationTakesItsShare(fraction: Double) throws {
    let splitter = try PurgedKFold(
      folds: 4, label: label(reach: 2), embargo: 3, validationFraction: fraction)
    for fold in try splitter.split(dates: 100) {
      let all = splitter.train(excluding: fold.test[0]..<fold.test[0] + fold.test.count, of: 100)
      #expect(fold.validation.count == Int((fraction * Double(all.count)).rounded()))
    }
  }

  @Test func impossibleParametersAreNamed() throws {
    let label = try label(reach: 2)
    #expect(
      throws: SpecError.invalid(key: "split.folds", value: "1", accepted: "2 or more")
    ) { try PurgedKFold(folds: 1, label: label, embargo: 0, validationFraction: 0) }
    #expect(
      throws: SpecError.invalid(
        key: "split.embargo", value: "-1", accepted: "0 to 100000 dates")
    ) { try PurgedKFold(folds: 2, label: label, embargo: -1, validationFraction: 0) }
    for fraction in [-0.1, 1, .nan, .infinity] {
      #expect(throws: SpecError.self) {
        try PurgedKFold(folds: 2, label: label, embargo: 0, validationFraction: fraction)
      }
    }
  }

  @Test func tooLittleToTrainOnIsAnError() throws {
    let splitter = try PurgedKFold(
      folds: 3, label: label(reach: 2), embargo: 0, validationFraction: 0)
    #expect(
      throws: SpecError.tooFewDates(dates: 2, needed: 3, for: "3-fold cross-validation")
    ) { try splitter.split(dates: 2) }
    #expect(throws: SpecError.emptyTraining(fold: 1, dates: 6, reach: 2, embargo: 0)) {
      try splitter.split(dates: 6)
    }
    // Validation that leaves nothing behind once it is purged.
    let greedy = try PurgedKFold(
      folds: 2, label: label(reach: 4), embargo: 0, validationFraction: 0.9)
    #expect(throws: SpecError.emptyTraining(fold: 0, dates: 20, reach: 4, embargo: 0)) {
      try greedy.split(dates: 20)
    }
  }
}
