import Market
import Testing

@testable import Metrics

@Suite struct HolmTests {
  @Test func adjustedValuesAreStatsmodels() throws {
    let golden = try ComparisonGolden.load().holm
    #expect(golden.map(\.pValues.count) == [1, 2, 7, 30])
    for peer in golden {
      for (value, expected) in zip(Holm.adjusted(peer.pValues), peer.adjusted) {
        expectClose(value, expected)
      }
    }
  }

  /// By hand: 3 · 0.01; max(0.03, 2 · 0.012); max(0.03, 1 · 0.5).
  @Test func testsThatCouldNotBeMadeDoNotCount() {
    let adjusted = Holm.adjusted([0.5, nil, 0.01, .nan, 0.012])
    #expect(adjusted == [0.5, nil, 0.03, nil, 0.03])
    #expect(Holm.adjusted([]).isEmpty && Holm.adjusted([nil]) == [nil])
  }

  @Test func orderIsKeptAndNothingFalls() {
    var stream = SeedStream(seed: 4)
    for count in 1...40 {
      let pValues = (0..<count).map { _ in (stream.uniform() * 20).rounded() / 20 }
      let adjusted = Holm.adjusted(pValues).map { $0 ?? .nan }
      let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
      for (one, next) in zip(order, order.dropFirst()) {
        #expect(adjusted[one] <= adjusted[next])
        if pValues[one] == pValues[next] { #expect(adjusted[one] == adjusted[next]) }
      }
      for (pValue, raised) in zip(pValues, adjusted) { #expect(pValue <= raised && raised <= 1) }
    }
  }
}
