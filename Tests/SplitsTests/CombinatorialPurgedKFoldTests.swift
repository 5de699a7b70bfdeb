import Market
import Testing

@testable import Splits

@Suite struct CombinatorialPurgedKFoldTests {
  func splitter(
    _ groups: Int, _ testGroups: Int, reach: Int = 1, embargo: Int = 0, validation: Double = 0
  ) throws -> CombinatorialPurgedKFold {
    try CombinatorialPurgedKFold(
      groups: groups, testGroups: testGroups, label: label(reach: reach), embargo: embargo,
      validationFraction: validation)
  }

  /// C(N, k) folds and C(N, k)·k/N paths, as published.
  @Test(arguments: [
    (6, 2, 15, 5), (10, 2, 45, 9), (10, 8, 45, 36), (12, 3, 220, 55), (16, 8, 12_870, 6_435),
  ])
  func countsFoldsAndPaths(groups: Int, testGroups: Int, folds: Int, paths: Int) throws {
    let splitter = try splitter(groups, testGroups)
    #expect(splitter.foldCount == folds)
    #expect(splitter.pathCount == paths)
    #expect(splitter.choices().count == folds)
  }

  /// By hand: 18 dates in six groups of three, reach 1, embargo 1, groups 1 and 4 tested.
  ///
  /// Group 1 is 3…5 and takes 2, 6 and 7; group 4 is 12…14 and takes 11, 15 and 16.
  @Test func leavesExactlyTheseDates() throws {
    let fold = try #require(
      try splitter(6, 2, reach: 1, embargo: 1).split(dates: 18)
        .first { $0.test == [3, 4, 5, 12, 13, 14] })
    #expect(fold.train == [0, 1, 8, 9, 10, 17])
    #expect(fold.index == 7)  // 01 02 03 04 05 12 13 14
  }

  @Test(arguments: [(5, 2), (6, 3), (4, 1)], [0, 0.25])
  func noLabelTouches(_ shape: (groups: Int, testGroups: Int), validation: Double) throws {
    for (reach, embargo) in [(1, 0), (2, 1), (3, 2)] {
      let splitter = try splitter(
        shape.groups, shape.testGroups, reach: reach, embargo: embargo, validation: validation)
      let folds = try splitter.split(dates: 101)
      for fold in folds { expectNoLeak(fold, reach: reach, embargo: embargo, dates: 101) }
      var tested = [Int](repeating: 0, count: 101)
      for fold in folds { for date in fold.test { tested[date] += 1 } }
      #expect(tested.allSatisfy { $0 == splitter.pathCount }, "k·C(N, k)/N test sets a date")
    }
  }

  @Test(arguments: [(6, 2), (5, 3), (7, 4), (3, 1)])
  func everyPathCoversEveryDateOnce(groups: Int, testGroups: Int) throws {
    let splitter = try splitter(groups, testGroups)
    let folds = try splitter.split(dates: 71)
    let paths = try splitter.paths(dates: 71)
    #expect(paths.map(\.index) == Array(0..<splitter.pathCount))
    var used = Set<[Int]>()
    for path in paths {
      #expect(path.segments.flatMap { Array($0.dates) } == Array(0..<71))
      for segment in path.segments {
        #expect(used.insert([segment.fold, segment.group]).inserted)
        #expect(Set(folds[segment.fold].test).isSuperset(of: segment.dates))
      }
    }
    #expect(used.count == splitter.foldCount * testGroups, "no prediction is wasted")
  }

  @Test func tooManyFoldsAreRefused() throws {
    let error = #expect(throws: SpecError.self) { try splitter(30, 15) }
    #expect(error?.description.contains("at most 20000 folds") == true)
    #expect(throws: SpecError.self) { try splitter(.max, .max / 2) }
    #expect(throws: SpecError.self) { try splitter(.max, 1) }
    #expect(try splitter(16, 8).foldCount == 12_870)
  }

  @Test func impossibleParametersAreNamed() throws {
    #expect(
      throws: SpecError.invalid(key: "split.groups", value: "1", accepted: "2 or more")
    ) { try splitter(1, 1) }
    for testGroups in [0, 4, 5, -1] {
      #expect(throws: SpecError.self) { try splitter(4, testGroups) }
    }
    #expect(throws: SpecError.self) { try splitter(4, 2, embargo: -1) }
    #expect(throws: SpecError.self) { try splitter(4, 2, validation: 1) }
  }

  @Test func tooLittleToTrainOnIsAnError() throws {
    #expect(throws: SpecError.emptyTraining(fold: 0, dates: 12, reach: 4, embargo: 0)) {
      try splitter(3, 2, reach: 4).split(dates: 12)
    }
    #expect(throws: SpecError.self) { try splitter(5, 2).split(dates: 4) }
    #expect(throws: SpecError.self) { try splitter(5, 2).paths(dates: 4) }
  }
}
