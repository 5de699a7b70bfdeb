import Market
import TestSupport
import Testing

@Suite struct SampleSetTests {
  /// Two cross-sections of windows of three steps over the five columns of a made-up market.
  static func set(steps: Int = 3, columns: Int = 5) throws -> SampleSet {
    let rows = 5
    return try SampleSet(
      columns: (0..<columns).map { "x\($0)" }, steps: steps,
      crossSections: [
        .init(excessDate: 10, marketDate: 11, assets: [0, 2, 7]),
        .init(excessDate: 12, marketDate: 11, assets: [2, 11]),
      ], windows: (0..<rows * steps * columns).map { Float($0 % 17) / 8 - 1 },
      labels: (0..<rows).map { Float($0) - 2 }, weights: Array(repeating: 1, count: rows))
  }

  static func windows(_ samples: Samples, steps: Int) -> [Float] {
    var values: [Float] = []
    samples.gatherWindows(samples.keys.indices, steps: steps, into: &values)
    return values
  }

  static func expectNear(_ values: [Float], _ expected: [Float]) {
    #expect(values.count == expected.count)
    for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-5) }
  }

  @Test func madeRowsComeBackAsTheWindowsTheyWere() throws {
    let real = try SampleFactory().labelled(5..<30)
    let set = try Self.set()
    let rows = try real.replaced(by: set)
    #expect(rows.labels == set.labels)
    #expect(rows.samples.keys.map(\.asset) == [0, 2, 7, 2, 11])
    #expect(rows.samples.keys.map(\.date) == [2, 2, 2, 5, 5])
    Self.expectNear(Self.windows(rows.samples, steps: 3), set.windows)
    // A family of rows sees the last step.
    let last: [Float] = (0..<5).flatMap { row in
      Array(set.windows[row * 15 + 10..<row * 15 + 15])
    }
    Self.expectNear(rows.samples.matrix(), last)
  }

  @Test func nothingReachesBeyondACrossSection() throws {
    let rows = try SampleFactory().labelled(5..<30).augmented(with: Self.set())
    let made = rows.samples.selecting(Array(rows.samples.keys.suffix(5)))
    let longer = Self.windows(made, steps: 7)
    for row in 0..<5 {
      #expect(longer[row * 35..<row * 35 + 20].allSatisfy { $0 == 0 })
      #expect(longer[row * 35 + 20..<(row + 1) * 35].contains { $0 != 0 })
    }
    #expect(made.trailingReturns(days: 2).allSatisfy { $0.isFinite })
    #expect(made.trailingReturns(days: 3).allSatisfy { $0.isNaN })
    var section: [Float] = []
    made.gatherCrossSection(at: 0, ago: 3, into: &section)
    #expect(section.allSatisfy { $0 == 0 })
    // Only the assets of the section are there on its date.
    #expect(made.observedAssets(at: 0).enumerated().filter(\.element).map(\.offset) == [0, 2, 7])
  }

  @Test func realRowsStayAsTheyWere() throws {
    let real = try SampleFactory().labelled(5..<30)
    let both = try real.augmented(with: Self.set())
    #expect(both.count == real.count + 5)
    #expect(Array(both.labels.prefix(real.count)) == real.labels)
    let same = both.samples.selecting(real.samples.keys)
    #expect(Self.windows(same, steps: 9) == Self.windows(real.samples, steps: 9))
    #expect(
      same.trailingReturns(days: 4).map(\.bitPattern)
        == real.samples.trailingReturns(days: 4).map(\.bitPattern))
  }

  @Test func whatContradictsItselfIsRefused() throws {
    func set(
      windows: Int = 6, labels: [Float] = [0, 1], weights: [Float] = [1, 1],
      assets: [Int] = [0, 1]
    ) throws {
      _ = try SampleSet(
        columns: ["a"], steps: 3,
        crossSections: [.init(excessDate: 0, marketDate: 1, assets: assets)],
        windows: Array(repeating: 0, count: windows), labels: labels, weights: weights)
    }
    try set()
    #expect(throws: SampleSetError.self) { try set(windows: 5) }
    #expect(throws: SampleSetError.self) { try set(labels: [0]) }
    #expect(throws: SampleSetError.self) { try set(labels: [0, .nan]) }
    #expect(throws: SampleSetError.self) { try set(weights: [1, -1]) }
    #expect(throws: SampleSetError.self) { try set(assets: [1, 0]) }
  }

  @Test func anotherMarketIsRefused() throws {
    let set = try Self.set()
    func expectRefusal(_ change: (inout SampleFactory) -> Void) throws {
      let rows = try SampleFactory(change).labelled(0..<5)
      #expect(throws: SampleSetError.self) { try rows.replaced(by: set) }
    }
    try expectRefusal { $0.columns = 4 }
    try expectRefusal { $0.assets = 11 }
    try expectRefusal { $0.dates = 12 }
  }
}
