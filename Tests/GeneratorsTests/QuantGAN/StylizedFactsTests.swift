import Market
import Testing
import Torch

@testable import Generators

@Suite struct StylizedFactsTests {
  /// The loss with a graph and the facts in plain numbers say the same of the same path.
  @Test func theLossMeetsTheFactsItIsOf() throws {
    var stream = SeedStream(seed: 6)
    let values = (0..<2000).map { _ in stream.normal() }
    let facts = StylizedFacts([values], lags: 5)
    let own = try StylizedFactsLoss(facts, device: .cpu)(
      Tensor(values.map { Float($0) }, shape: [1, 2000]))
    #expect(try own.item() < 0.01)
    let other = try StylizedFactsLoss(facts, device: .cpu)(
      Tensor(values.map { Float(2 * $0) }, shape: [1, 2000]))
    // Twice as wide: correlations are the same, quantiles are off by a deviation at each horizon.
    #expect(abs(try other.item() - 4) < 0.3)
    #expect(facts.distance(to: facts) == 0)
  }

  /// Small batches of the very process that the facts are of: nothing is missing but noise, which the
  /// correction takes off the correlations of squares.
  @Test func noiseIsNotTakenForALackOfClustering() throws {
    var stream = SeedStream(seed: 6)
    let facts = StylizedFacts([(0..<100_000).map { _ in stream.normal() }], lags: 5)
    let loss = try StylizedFactsLoss(facts, device: .cpu)
    var (plain, corrected) = (0.0, 0.0)
    for _ in 0..<300 {
      let paths = (0..<4).map { _ in (0..<60).map { _ in stream.normal() } }
      let found = StylizedFacts(paths, lags: 5).correlations[2]
      plain += zip(found, facts.correlations[2]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let batch = try Tensor(paths.joined().map { Float($0) }, shape: [4, 60])
      corrected += try loss.clustering(of: batch).item()
    }
    #expect(plain > 3 && abs(corrected) < 0.25 * plain, "\(plain) → \(corrected)")
  }

  /// Two calm and two wild months in turn, so that squares cluster; one day in the second path is enormous.
  private static var paths: [[Double]] {
    var stream = SeedStream(seed: 8)
    var paths = (0..<2).map { _ in
      (0..<2000).map { day in stream.normal() * (day / 40 % 2 == 0 ? 1 : 3) }
    }
    paths[1][1000] = 200
    return paths
  }

  /// Together, an extreme day hides the clustering of every path; each by itself, that of its own alone.
  @Test func anExtremeDayHidesTheClusteringOfItsOwnPath() {
    let paths = Self.paths
    func squares(_ paths: [[Double]], _ pooling: StylizedFacts.Pooling) -> Double {
      StylizedFacts(paths, lags: 5, pooling: pooling).correlations[2].reduce(0, +) / 5
    }
    let own = paths.map { squares([$0], .together) }
    #expect(own[0] > 0.1 && abs(own[1]) < 0.01, "\(own)")
    #expect(abs(squares(paths, .together)) < 0.02)
    #expect(abs(squares(paths, .each) - (own[0] + own[1]) / 2) < 1e-12)
    // A longer path has more to say.
    let longer = [paths[0] + paths[0] + paths[0], paths[1]]
    let weighted = (3 * squares([longer[0]], .each) + own[1]) / 4
    #expect(abs(squares(longer, .each) - weighted) < 1e-12)
    // Of one path there is nothing to choose.
    for index in 0..<4 {
      let curves = [StylizedFacts.Pooling.each, .together].map {
        StylizedFacts([paths[0]], lags: 5, pooling: $0).correlations[index]
      }
      #expect(curves[0] == curves[1])
    }
  }

  /// Listed late, an asset is unknown before, not calm.
  @Test(arguments: [StylizedFacts.Pooling.together, .each])
  func missingDaysAreNotClustering(_ pooling: StylizedFacts.Pooling) {
    var stream = SeedStream(seed: 9)
    var paths = (0..<20).map { _ in (0..<600).map { _ in stream.normal() } }
    let known = StylizedFacts(paths, lags: 20, pooling: pooling).correlations
    for path in 0..<4 {
      for day in 0..<250 { paths[path][day] = .nan }
    }
    let found = StylizedFacts(paths, lags: 20, pooling: pooling).correlations
    for index in 1...2 {
      let mean = found[index].reduce(0, +) / 20
      let before = known[index].reduce(0, +) / 20
      #expect(abs(mean - before) < 0.01, "\(before) → \(mean)")
    }
  }

  /// The loss takes the same correlations: (c₁ − t)·(c₂ − t), where t is the mean of both paths' own.
  @Test func theLossIsOfEachPathToo() throws {
    let paths = Self.paths
    let batch = try Tensor(paths.joined().map { Float($0) }, shape: [2, 2000])
    let curves = paths.map { StylizedFacts([$0], lags: 5).correlations[2] }
    let apart = zip(curves[0], curves[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 4
    let each = try StylizedFactsLoss(
      StylizedFacts(paths, lags: 5, pooling: .each), device: .cpu)
    let found = try each.clustering(of: batch).item()
    #expect(apart > 0.02 && abs(found + apart) < 0.03 * apart, "\(found), \(apart)")
    #expect(try abs(each(batch).item() + apart) < 0.1 * apart)
  }
}
