import Foundation
import Market
import Testing

@Suite struct SeedStreamTests {
  /// The published vector of SplitMix64 for this seed (Rosetta Code, and Vigna's splitmix64.c).
  @Test func publishedVector() {
    var stream = SeedStream(seed: 1_234_567)
    #expect(
      (0..<5).map { _ in stream.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func uniformIsUniform() {
    var stream = SeedStream(seed: 1)
    let draws = (0..<20_000).map { _ in stream.uniform() }
    #expect(draws.allSatisfy { 0 <= $0 && $0 < 1 })
    // Five standard errors of the mean and of each decile's count.
    let mean = draws.reduce(0, +) / 20_000
    #expect(abs(mean - 0.5) < 5 * 0.00204)
    for decile in 0..<10 {
      let count = draws.count { Int($0 * 10) == decile }
      #expect(abs(count - 2000) < 5 * 43)
    }
  }

  @Test func normalIsNormal() {
    var stream = SeedStream(seed: 2)
    let draws = (0..<20_000).map { _ in stream.normal() }
    func moment(_ power: Double) -> Double {
      draws.reduce(0) { $0 + pow($1, power) } / 20_000
    }
    // 0, 1, 0, 3, within five standard errors: variances 1, 2, 15, 96.
    let expected: [(power: Double, value: Double, variance: Double)] = [
      (1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96),
    ]
    for (power, value, variance) in expected {
      let error = (variance / 20_000).squareRoot()
      #expect(abs(moment(power) - value) < 5 * error)
    }
    // Deviates come in pairs from one rejection step; the two of a pair are independent.
    let products = stride(from: 0, to: 20_000, by: 2).reduce(0) { $0 + draws[$1] * draws[$1 + 1] }
    #expect(abs(products / 10_000) < 0.05)
  }

  @Test func copiesGoOnAlike() {
    var a = SeedStream(seed: 3)
    _ = a.normal()
    var b = a
    for _ in 0..<5 { #expect(a.normal() == b.normal()) }
  }
}
