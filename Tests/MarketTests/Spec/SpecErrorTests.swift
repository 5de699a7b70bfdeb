import Market
import Testing

@Suite struct SpecErrorTests {
  /// One line each, with what was given and what would be accepted.
  @Test(
    arguments: [
      (
        .unknown(kind: "metric", id: "icc", known: ["ic"]),
        ["icc", "did you mean 'ic'", "known: ic"]
      ),
      (.strayKeys(["a", "b"], in: "spec.json", known: []), ["spec.json", "'a', 'b'"]),
      (.invalid(key: "folds", value: "0", accepted: "2 to 50"), ["folds is 0", "2 to 50"]),
      (.unreadable(file: "x.json", reason: "empty"), ["x.json: empty"]),
      (
        .emptyTraining(fold: 3, dates: 20, reach: 6, embargo: 9),
        ["fold 3", "20", "6", "9", "fewer"]
      ),
      (.tooFewDates(dates: 4, needed: 9, for: "a walk"), ["a walk", "at least 9", "are 4"]),
    ] as [(SpecError, [String])])
  func message(error: SpecError, parts: [String]) {
    for part in parts { #expect(error.description.contains(part), "\(error)") }
    #expect(!error.description.contains("\n"))
  }
}
