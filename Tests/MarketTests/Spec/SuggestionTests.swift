import Testing

@testable import Market

@Suite struct SuggestionTests {
  /// Textbook distances; neighbours that changed places are one step.
  @Test(
    arguments: [
      ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("", "abc", 3), ("abc", "", 3), ("", "", 0),
      ("same", "same", 0), ("résumé", "resume", 2), ("ab", "ba", 1), ("turnvoer", "turnover", 1),
    ])
  func distance(a: String, b: String, expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
  }

  @Test func suggestsOnlyWhatIsNear() {
    let known = ["rank_ic", "rmse", "turnover"]
    #expect(suggestion(for: "rankic", among: known) == " (did you mean 'rank_ic'?)")
    #expect(suggestion(for: "TURNOVER", among: known) == " (did you mean 'turnover'?)")
    #expect(suggestion(for: "sharpe", among: known) == "")
    #expect(suggestion(for: "rmse", among: []) == "")
  }
}
