import Market
import Testing

@testable import Splits

@Suite struct FoldWindowsTests {
  let dates = [0, 1, 2, 6, 7, 8, 9, 12]

  /// By hand: after a hole the first `window` − 1 dates go; before the panel there is no hole.
  @Test(arguments: [
    (1, [0, 1, 2, 6, 7, 8, 9, 12]),
    (2, [0, 1, 2, 7, 8, 9]),
    (3, [0, 1, 2, 8, 9]),
    (4, [0, 1, 2, 9]),
    (5, [0, 1, 2]),
    (Int.max, [0, 1, 2]),
    (0, [0, 1, 2, 6, 7, 8, 9, 12]),
  ])
  func windowsNeverSpanAHole(window: Int, kept: [Int]) {
    #expect(Fold.dates(withUnbrokenWindow: window, in: dates) == kept)
  }

  @Test func nothingInNothingOut() {
    #expect(Fold.dates(withUnbrokenWindow: 3, in: []) == [])
    #expect(Fold.dates(withUnbrokenWindow: 3, in: [4, 5]) == [])
  }

  @Test(arguments: 1...6) func agreesWithTheDefinition(window: Int) throws {
    let folds = try PurgedKFold(
      folds: 5, label: label(reach: 2), embargo: 1, validationFraction: 0.2
    ).split(dates: 67)
    for fold in folds {
      let listed = Set(fold.train)
      let kept = fold.train.filter { t in
        (max(0, t - window + 1)...t).allSatisfy(listed.contains)
      }
      #expect(Fold.dates(withUnbrokenWindow: window, in: fold.train) == kept)
    }
  }
}
