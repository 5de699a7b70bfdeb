import Market
import Testing

@testable import Splits

@Suite struct WalkForwardTests {
  /// By hand: 20 dates, reach 2, three blocks of 4 dates.
  @Test func expandsFromTheFirstDate() throws {
    let folds = try WalkForward(
      folds: 3, testWindow: 4, training: .expanding, label: label(reach: 2), validationFraction: 0
    ).split(dates: 20)
    #expect(
      folds == [
        Fold(index: 0, train: Array(0...5), validation: [], test: [8, 9, 10, 11]),
        Fold(index: 1, train: Array(0...9), validation: [], test: [12, 13, 14, 15]),
        Fold(index: 2, train: Array(0...13), validation: [], test: [16, 17, 18, 19]),
      ])
  }

  @Test func rollsAWindowOfFixedLength() throws {
    let folds = try WalkForward(
      folds: 2, testWindow: 4, training: .rolling(dates: 5), label: label(reach: 2),
      validationFraction: 0
    ).split(dates: 20)
    #expect(
      folds == [
        Fold(index: 0, train: Array(5...9), validation: [], test: [12, 13, 14, 15]),
        Fold(index: 1, train: Array(9...13), validation: [], test: [16, 17, 18, 19]),
      ])
  }

  /// By hand: training before the purge is 0…9; two dates watched, two more purged before them.
  @Test func validationEndsTheTraining() throws {
    let fold = try WalkForward(
      folds: 1, testWindow: 4, training: .expanding, label: label(reach: 2),
      validationFraction: 0.2
    ).split(dates: 16)[0]
    #expect(
      fold == Fold(index: 0, train: Array(0...5), validation: [8, 9], test: [12, 13, 14, 15]))
  }

  @Test(arguments: 1...4, [nil, 7] as [Int?])
  func theFutureIsNeverTrainedOn(reach: Int, testWindow: Int?) throws {
    for training in [WalkForward.Training.expanding, .rolling(dates: 20)] {
      let folds = try WalkForward(
        folds: 3, testWindow: testWindow, training: training, label: label(reach: reach),
        validationFraction: 0.25
      ).split(dates: 97)
      let tested = folds.flatMap(\.test)
      #expect(tested == Array((97 - tested.count)..<97), "each once, up to the last date")
      for fold in folds {
        expectNoLeak(fold, reach: reach, embargo: 0, dates: 97)
        #expect(fold.train[fold.train.count - 1] < fold.validation[0])
        #expect(fold.validation[fold.validation.count - 1] < fold.test[0])
      }
    }
  }

  @Test func impossibleParametersAreNamed() throws {
    let label = try label(reach: 2)
    for folds in [0, -1, .max] {
      #expect(throws: SpecError.self) {
        try WalkForward(folds: folds, label: label, validationFraction: 0)
      }
    }
    #expect(throws: SpecError.self) {
      try WalkForward(folds: 2, testWindow: 0, label: label, validationFraction: 0)
    }
    #expect(throws: SpecError.self) {
      try WalkForward(
        folds: 2, training: .rolling(dates: 0), label: label, validationFraction: 0)
    }
  }

  @Test func tooFewDatesSaysHowMany() throws {
    let splitter = try WalkForward(
      folds: 3, testWindow: 4, training: .rolling(dates: 6), label: label(reach: 2),
      validationFraction: 0)
    #expect(
      throws: SpecError.tooFewDates(
        dates: 19, needed: 20, for: "walk-forward over 3 blocks of 4 dates")
    ) { try splitter.split(dates: 19) }
    #expect(try splitter.split(dates: 20)[0].train == Array(0...5))
    for dates in 0...3 {
      #expect(throws: SpecError.self) {
        try WalkForward(folds: 3, label: label(reach: 1), validationFraction: 0)
          .split(dates: dates)
      }
    }
  }
}
