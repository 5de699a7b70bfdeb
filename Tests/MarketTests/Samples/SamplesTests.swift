import Foundation
import Market
import TestSupport
import Testing

@Suite struct SamplesTests {
  /// Four dates, two assets, two columns: column 0 counts cells, column 1 is ten times as much.
  static func samples(
    _ keys: [(Int, Int)], values: [Float]? = nil, clip: Float = 100
  ) throws -> Samples {
    let counting = (0..<8).flatMap { [Float($0), Float(10 * $0)] }
    return Samples(
      keys: keys.map { SampleKey(date: $0.0, asset: $0.1) },
      features: FeaturePanel(
        dates: 4, assets: 2, columns: ["n", "tens"], values: values ?? counting),
      transform: FeatureTransform(center: [1, 0], scale: [2, 0.5], clip: clip),
      universe: try Universe(["A", "B"]),
      closes: [10, 100, 11, 50, .nan, 25, 22, 0])
  }

  static let all = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)]

  @Test func gathersTransformedRows() throws {
    let samples = try Self.samples([(0, 1), (2, 0), (3, 1)])
    // (n − 1) · 2 and tens · ½ for cells 1, 4, 7.
    #expect(samples.matrix() == [0, 5, 6, 20, 12, 35])
    var rows: [Float] = [-1]
    samples.gather([2, 0], into: &rows)
    #expect(rows == [-1, 12, 35, 0, 5])
    #expect((samples.count, samples.columns) == (3, ["n", "tens"]))
  }

  @Test func clipsAndFillsMissing() throws {
    let values: [Float] = [4, -90, .nan, 3, .infinity, -.infinity] + Array(repeating: 0, count: 10)
    let samples = try Self.samples([(0, 0), (0, 1), (1, 0)], values: values, clip: 3)
    #expect(samples.matrix() == [3, -3, 0, 1.5, 0, 0])
  }

  @Test func windowsEndWithTheirRow() throws {
    let samples = try Self.samples([(1, 1), (3, 0)])
    var windows: [Float] = []
    samples.gatherWindows(0..<2, steps: 3, into: &windows)
    // Row (1, 1): before the panel, then cells 1 and 3; row (3, 0): cells 2, 4, 6.
    #expect(windows == [0, 0, 0, 5, 4, 15] + [2, 10, 6, 20, 10, 30])
    var single: [Float] = []
    samples.gatherWindows(0..<2, steps: 1, into: &single)
    #expect(single == samples.matrix())
  }

  @Test func trailingReturnsLookBack() throws {
    let samples = try Self.samples(Self.all)
    let one = samples.trailingReturns(days: 1)
    let expected: [Float] = [.nan, .nan, 0.1, -0.5, .nan, -0.5, .nan, -1]
    for (a, b) in zip(one, expected) { #expect((a.isNaN && b.isNaN) || abs(a - b) < 1e-6) }
    #expect(samples.trailingReturns(days: 2)[6] == 1)
    #expect(samples.trailingReturns(days: 4).allSatisfy { $0.isNaN })
    #expect(samples.trailingReturns(days: .max).allSatisfy { $0.isNaN })
  }

  @Test func selectingKeepsTheView() throws {
    let samples = try Self.samples(Self.all)
    let some = samples.selecting([SampleKey(date: 0, asset: 1), SampleKey(date: 3, asset: 1)])
    #expect(some.matrix() == [0, 5, 12, 35])
    #expect(samples.selecting(samples.keys).matrix() == samples.matrix())
    #expect(samples.selecting([]).count == 0)
  }

  @Test func dateRangesFollowDates() throws {
    #expect(
      try Self.samples([(0, 0), (0, 1), (2, 1), (3, 0), (3, 1)]).dateRanges == [
        0..<2, 2..<3, 3..<5,
      ])
    #expect(try Self.samples([]).dateRanges == [])
    #expect(try Self.samples([(1, 0)]).dateRanges == [0..<1])
  }

  @Test func keysAreOrderedByDateThenAsset() {
    #expect(SampleKey(date: 1, asset: 9) < SampleKey(date: 2, asset: 0))
    #expect(SampleKey(date: 1, asset: 0) < SampleKey(date: 1, asset: 1))
    #expect(!(SampleKey(date: 1, asset: 1) < SampleKey(date: 1, asset: 1)))
  }

  // MARK: - Nothing later than the row

  /// All that a row can be asked for stays as it was, whatever happens after its date.
  @Test func rowsDoNotSeeWhatComesLater() throws {
    for last in 0..<3 {
      let keys = Self.all.filter { $0.0 <= last }
      let before = try Self.samples(keys)
      let values = (0..<16).map {
        $0 / 4 > last ? Float.nan : Float($0 % 2 == 0 ? $0 / 2 : $0 * 5 - 5)
      }
      let after = try Self.samples(keys, values: values)
      #expect(before.matrix() == after.matrix())
      var (a, b) = ([Float](), [Float]())
      before.gatherWindows(keys.indices, steps: 4, into: &a)
      after.gatherWindows(keys.indices, steps: 4, into: &b)
      #expect(a == b)
    }
  }

  @Test func refusesReturnsOfTheFuture() async {
    await #expect(processExitsWith: .failure) {
      _ = try SamplesTests.samples(SamplesTests.all).trailingReturns(days: -1)
    }
  }

  @Test func refusesRowsThatWereWithheld() async {
    await #expect(processExitsWith: .failure) {
      _ = try SamplesTests.samples([(0, 0), (1, 0)]).selecting([SampleKey(date: 3, asset: 0)])
    }
  }

  @Test func refusesRowsOutsideThePanel() async {
    await #expect(processExitsWith: .failure) { _ = try SamplesTests.samples([(0, 0), (4, 0)]) }
  }

  @Test func refusesRowsOutOfOrder() async {
    await #expect(processExitsWith: .failure) { _ = try SamplesTests.samples([(1, 0), (0, 0)]) }
  }

  @Test func labelsAreFiniteAndOneARow() async throws {
    let samples = try Self.samples([(0, 0), (1, 0)])
    #expect(LabelledSamples(samples: samples, labels: [1, 2]).count == 2)
    await #expect(processExitsWith: .failure) {
      let samples = try SamplesTests.samples([(0, 0), (1, 0)])
      _ = LabelledSamples(samples: samples, labels: [1, .nan])
    }
  }
}
