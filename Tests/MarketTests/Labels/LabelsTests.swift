import Foundation
import Market
import TestSupport
import Testing

@Suite struct LabelsTests {
  /// Six dates, two assets; B lacks its third close.
  static let closes: [Float] = [100, 10, 110, 20, 121, .nan, 121, 30, 242, 15, 484, 60]

  static func returns(entryLag: Int, horizon: Int) throws -> [Float] {
    let panel = try Panel(
      calendar: weekdays(6), universe: Universe(["A", "B"]), fields: ["close"], values: closes)
    let spec = try LabelSpec(entryLag: entryLag, horizon: horizon, transform: .none)
    return try Labels(spec, of: panel).returns
  }

  @Test func enterTomorrowHoldOne() throws {
    // A: 121/110, 121/121, 242/121, 484/242. B: needs 20 → NaN, NaN → 30, (not observed), 60/15.
    try expect(
      Self.returns(entryLag: 1, horizon: 1),
      [0.1, .nan, 0, .nan, 1, .nan, 1, 3, .nan, .nan, .nan, .nan])
  }

  @Test func enterTodayHoldTwo() throws {
    try expect(
      Self.returns(entryLag: 0, horizon: 2),
      [0.21, .nan, 0.1, 0.5, 1, .nan, 3, 1, .nan, .nan, .nan, .nan])
  }

  @Test func reachPastTheEndLeavesNothing() throws {
    #expect(try Self.returns(entryLag: 2, horizon: 4).allSatisfy { $0.isNaN })
    #expect(try Self.returns(entryLag: 0, horizon: 1000).allSatisfy { $0.isNaN })
    // One date is left, seen from the first.
    try expect(
      Self.returns(entryLag: 1, horizon: 4),
      [3.4, 2] + Array(repeating: .nan, count: 10))
  }

  /// The label of a date rests on its entry and its exit, and not on what lies past the reach.
  @Test func looksNoFurtherThanItsReach() throws {
    let spec = try LabelSpec(entryLag: 1, horizon: 3, transform: .none)
    let panel = try madeUpPanel(dates: 30, assets: 3)
    let labels = try Labels(spec, of: panel)
    for changed in [5, 11, 29] {
      var values = panel.values
      for index in changed * 15..<values.count { values[index] *= 2 }
      values[changed * 15 + 3] = .nan
      let other = try Labels(
        spec,
        of: Panel(
          calendar: panel.calendar, universe: panel.universe, fields: panel.fields,
          values: values))
      let moved = (0..<90).filter {
        labels.returns[$0].bitPattern != other.returns[$0].bitPattern
      }
      #expect(moved.allSatisfy { $0 / 3 + spec.reach >= changed })
      #expect(moved.contains { $0 / 3 + spec.reach == changed })
    }
  }

  @Test func extremePricesGiveNoInfiniteLabel() throws {
    let panel = try Panel(
      calendar: weekdays(2), universe: Universe(["A"]), fields: ["close"],
      values: [1e-38, 3e38])
    let labels = try Labels(LabelSpec(entryLag: 0, horizon: 1, transform: .none), of: panel)
    #expect(labels.returns.allSatisfy { $0.isNaN })
  }

  @Test func needsCloses() throws {
    let panel = try madeUpPanel(dates: 3, assets: 1, fields: ["open"])
    #expect(
      throws: PanelError.missingField("close", has: ["open"], neededFor: "the label")
    ) { try Labels(.standard, of: panel) }
  }

  // MARK: - Transforms

  /// Qlib's `CSZScoreNorm` and `CSRankNorm` on this section: `pyqlib_features.py labels`.
  static let section: [Float] = [0.02, -0.01, .nan, 0.005, 0.005, 0.03, -0.04]

  @Test func zscoreIsQlibs() {
    expect(
      LabelSpec.Transform.zscore.applied(to: Self.section),
      [
        0.7443314476960542, -0.4736654667156709, .nan, 0.13533299049019168, 0.13533299049019168,
        1.1503304191666293, -1.691662381127396,
      ])
  }

  /// Ours is centred: pandas' percentile less ½ of 1/n, and √12 for 3.46.
  @Test func rankIsQlibsCentred() {
    let qlib = [
      1.1533333333333335, -0.5766666666666668, .nan, 0.28833333333333344, 0.28833333333333344,
      1.73, -1.1533333333333335,
    ]
    let expected = qlib.map { Float(($0 / 3.46 - 0.5 / 6) * 12.0.squareRoot()) }
    let ranked = LabelSpec.Transform.rank.applied(to: Self.section)
    expect(ranked, expected)
    #expect(abs(ranked.filter { !$0.isNaN }.reduce(0, +)) < 1e-6)
  }

  @Test func noneLeavesAll() {
    expect(LabelSpec.Transform.none.applied(to: Self.section), Self.section)
  }

  @Test(arguments: [LabelSpec.Transform.zscore, .rank])
  func tooFewToCompare(transform: LabelSpec.Transform) {
    #expect(transform.applied(to: [0.1, .nan]).allSatisfy { $0.isNaN })
    #expect(transform.applied(to: [Float]()).isEmpty)
    #expect(transform.applied(to: [.nan, .nan]).allSatisfy { $0.isNaN })
  }

  @Test func equalLabels() {
    #expect(LabelSpec.Transform.zscore.applied(to: [0.1, 0.1, 0.1]).allSatisfy { $0.isNaN })
    expect(LabelSpec.Transform.rank.applied(to: [0.1, 0.1, 0.1]), [0, 0, 0])
  }

  /// A date's targets are made from that date alone.
  @Test func datesAreTransformedApart() throws {
    let spec = try LabelSpec(entryLag: 1, horizon: 1, transform: .zscore)
    let a = Labels(spec, dates: 2, assets: 3, returns: [1, 2, 3, 10, 20, 30])
    let b = Labels(spec, dates: 2, assets: 3, returns: [1, 2, 3, -7, 5, .nan])
    expect(a.targets, [-1, 0, 1, -1, 0, 1])
    #expect(a.targets[..<3] == b.targets[..<3])
  }

  private func expect(
    _ got: [Float], _ expected: [Float], at place: SourceLocation = #_sourceLocation
  ) {
    #expect(got.count == expected.count, sourceLocation: place)
    for (index, (x, y)) in zip(got, expected).enumerated() {
      #expect(
        (x.isNaN && y.isNaN) || abs(x - y) <= 1e-6 * max(1, abs(y)), "at \(index): \(x), not \(y)",
        sourceLocation: place)
    }
  }
}
