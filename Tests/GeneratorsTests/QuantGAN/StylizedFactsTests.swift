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

  // MARK: - Recent facts

  @Test func levelsAreReadFromSharesBelow() {
    let wanted = [1.0, 2, 2, 4]
    let values = [0.0, 0.5, 1, 3, 3.5, 4, 9, 10]
    // Below 1 are 2 of 8; below 2, 3; below 4, 5.
    #expect(RecentFacts.shares(values, below: wanted) == [0.25, 0.375, 0.375, 0.625])
    // Two below the first place share its fifth; three beyond the last the last two fifths.
    let levels = RecentFacts.levels(values, wanted: wanted, shares: [0.2, 0.4, 0.4, 0.6])
    let expected = [0.05, 0.15, 0.2, 0.5, 0.55, 0.6 + 0.4 / 6, 0.8, 1 - 0.4 / 6]
    for (level, wanted) in zip(levels, expected) { #expect(abs(level - wanted) < 1e-6) }
    // Numbers that are none end training, not the program.
    #expect(
      RecentFacts.levels([1e9, .nan, 0, .infinity], wanted: wanted, shares: [0, 0, 0, 1]).count == 4
    )
  }

  @Test func whatIsKnownIsAnAverageThatForgets() throws {
    let recent = try RecentFacts(StylizedFacts([[1, 2, 4, 8, 1, 3]], lags: 1), batches: 4)
    func batch(_ value: Float) -> RecentFacts.Batch {
      RecentFacts.Batch(
        curves: Array(repeating: value, count: 4),
        shares: [Array(repeating: value, count: 6), Array(repeating: value, count: 2), nil, nil])
    }
    #expect(try recent.known(beside: batch(7)).curves == [7, 7, 7, 7])
    try recent.take(batch(1))
    try recent.take(batch(2))
    // 2 counts 1, and 1 three quarters: 2.75 / 1.75.
    let known = try recent.known(beside: batch(9))
    #expect(abs(known.curves[0] - 2.75 / 1.75) < 1e-6)
    #expect(abs(try #require(known.shares[1])[1] - 2.75 / 1.75) < 1e-6 && known.shares[2] == nil)
  }

  /// A batch that knows nothing but itself asks for what it would without a memory; of one path nothing is taken off.
  @Test func theFirstBatchIsMeasuredByItself() throws {
    var stream = SeedStream(seed: 12)
    func walk(_ days: Int) -> [Double] {
      var size = 1.0
      return (0..<days).map { _ in
        size = 0.9 * size + 0.1 * abs(stream.normal()) * 1.5
        return size * stream.normal()
      }
    }
    let facts = StylizedFacts([walk(1500)], lags: 4)
    let values = try Tensor(walk(1500).map { Float(1.3 * $0) }, shape: [1, 1500])
    let losses = try [0, 5].map { memory -> (loss: Double, slopes: [Double]) in
      let returns = try values.detached().requiringGrad()
      let loss = try StylizedFactsLoss(facts, memory: memory, device: .cpu)(returns)
      try loss.backward()
      return (try loss.item(), try #require(try returns.grad()).floats().map(Double.init))
    }
    #expect(abs(losses[0].loss / losses[1].loss - 1) < 0.01, "\(losses[0].loss) \(losses[1].loss)")
    let norms = losses.map { $0.slopes.reduce(0.0) { $0 + $1 * $1 } }
    let product = zip(losses[0].slopes, losses[1].slopes).reduce(0.0) { $0 + $1.0 * $1.1 }
    #expect(product / (norms[0] * norms[1]).squareRoot() > 0.99)
    #expect(abs(norms[0] / norms[1] - 1) < 0.05)
  }

  /// Batches of the very process that the facts are of: with a memory the gap is what is left of noise after
  /// averaging, without one it is the noise.
  @Test func aMemoryHasLittleNoise() throws {
    var stream = SeedStream(seed: 13)
    let facts = StylizedFacts([(0..<100_000).map { _ in stream.normal() }], lags: 5)
    let losses = try [0, 20].map { try StylizedFactsLoss(facts, memory: $0, device: .cpu) }
    var found = [0.0, 0]
    for batch in 0..<200 {
      let values = (0..<150).map { _ in Float(stream.normal()) }
      for index in 0...1 {
        let loss = try losses[index](Tensor(values, shape: [1, 150])).item()
        if batch >= 60 { found[index] += loss / 140 }
      }
    }
    #expect(found[1] < 0.4 * found[0], "\(found)")
  }
}
