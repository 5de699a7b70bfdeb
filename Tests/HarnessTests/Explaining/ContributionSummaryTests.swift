import Datasets
import Market
import Models
import TestSupport
import Testing

@testable import Harness

@Suite struct ContributionSummaryTests {
  /// Three rows of two columns, worked by hand; the contribution of the first rises with its value.
  @Test func meansMagnitudesAndDirections() throws {
    let samples = try SampleFactory { ($0.assets, $0.columns) = (3, 2) }.samples(4..<5)
    let values = samples.matrix()
    let order = [0, 1, 2].sorted { values[$0 * 2] < values[$1 * 2] }
    var added = [Float](repeating: 0, count: 6)
    for (place, row) in order.enumerated() {
      added[row * 2] = [-3, 1, 5][place]
      added[row * 2 + 1] = -2
    }
    let contributions = FeatureContributions(
      columns: samples.columns, values: added, baseValue: 0.5)
    let summary = try ContributionSummary(
      contributions, by: .shap, of: samples, groups: FeatureGroup.groups(of: samples.columns))
    #expect(
      summary.method == .shap && summary.rows == 3 && summary.baseValue == 0.5
        && summary.groups == nil)
    #expect(
      summary.columns == [
        .init(name: "x0", meanMagnitude: 3, mean: 1, direction: 1),
        .init(name: "x1", meanMagnitude: 2, mean: -2, direction: nil),
      ])
    // Together: −5, −1 and 3 in some order of rows.
    let both = try ContributionSummary(
      contributions, by: .shap, of: samples, groups: [.init(name: "x", columns: [0, 1])])
    #expect(
      both.features == [.init(name: "x", meanMagnitude: 3, mean: -1, direction: nil)])
    #expect(both.columns == summary.columns)
  }

  @Test func whatIsNoExplanationOfTheRowsIsRefused() throws {
    let samples = try SampleFactory { ($0.assets, $0.columns) = (3, 2) }.samples(4..<5)
    func summary(_ columns: [String], _ values: [Float]) throws -> ContributionSummary {
      try ContributionSummary(
        FeatureContributions(columns: columns, values: values, baseValue: 0), by: .lrp,
        of: samples, groups: [])
    }
    #expect(throws: ExplanationError.shape(rows: 1, of: 3)) { try summary(["x0", "x1"], [1, 2]) }
    #expect(throws: ExplanationError.shape(rows: 3, of: 3)) {
      try summary(["x1", "x0"], [1, 2, 3, 4, 5, 6])
    }
    #expect(throws: ExplanationError.notFinite("1 of 6 contributions")) {
      try summary(["x0", "x1"], [1, 2, .nan, 4, 5, 6])
    }
  }

  // MARK: - Features and rows

  @Test func wideSetsAreGroupedByName() {
    #expect(FeatureGroup.groups(of: Alpha20.columns).map(\.name) == Alpha20.columns)
    let groups = FeatureGroup.groups(of: Alpha158.columns)
    #expect(groups.count == 38)
    #expect(groups.flatMap(\.columns).sorted() == Array(0..<158))
    let rates = groups.first { $0.name == "ROC" }
    #expect(
      rates?.columns.map { Alpha158.columns[$0] } == ["ROC5", "ROC10", "ROC20", "ROC30", "ROC60"])
    #expect(groups.first { $0.name == "KMID" }?.columns.count == 2)
    let numbers = (0..<50).map(String.init)
    #expect(FeatureGroup.groups(of: numbers).map(\.name) == numbers)
  }

  @Test(arguments: [(1000, 60), (720, 60), (100, 8), (12, 1), (3, 1)])
  func rowsAreWholeDatesEvenlySpaced(_ limit: Int, _ dates: Int) throws {
    let samples = try SampleFactory().samples(0..<60)
    let chosen = samples.evenlySpacedDates(rows: limit)
    #expect(chosen.count == dates * 12)
    #expect(chosen.dateRanges.allSatisfy { $0.count == 12 })
    let days = chosen.dateRanges.map { Int(chosen.keys[$0.lowerBound].date) }
    let gaps = zip(days, days.dropFirst()).map { $1 - $0 }
    #expect((gaps.max() ?? 1) - (gaps.min() ?? 1) <= 1)
  }

  @Test func drawnRowsAreSomeOfThem() throws {
    let samples = try SampleFactory().samples(0..<60)
    var random = SeedTree(root: 1).stream("drawn")
    let drawn = samples.drawn(50, using: &random)
    #expect(drawn.count == 50 && Set(drawn.keys).isSubset(of: samples.keys))
    #expect(Set(drawn.keys.map(\.asset)).count > 9)
    #expect(samples.drawn(720, using: &random).keys == samples.keys)
  }

  /// Dates of 12 and of 2 rows by turns, such that the long ones would be met.
  @Test func unequalDatesStayWithinTheLimit() throws {
    let all = try SampleFactory().samples(0..<60)
    let samples = all.selecting(all.keys.filter { $0.date % 2 == 1 || $0.asset < 2 })
    for limit in [12, 30, 50, 77, 200] {
      let count = samples.evenlySpacedDates(rows: limit).count
      #expect(count > 0 && count <= limit)
    }
    #expect(all.selecting([]).evenlySpacedDates(rows: 5).count == 0)
  }
}
