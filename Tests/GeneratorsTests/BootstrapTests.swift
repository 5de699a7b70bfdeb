import Foundation
import Market
import TestSupport
import Testing

@testable import Generators

/// The yardsticks that repeat observed days.
@Suite struct BootstrapTests {
  static func market() throws -> TrainingMarket {
    let panel = try madeUpPanel(dates: 150, assets: 4, seed: 8)
    return try TrainingMarket(panel, training: Array(0..<60) + Array(70..<150))
  }

  static func fit(_ id: String, _ json: String = "") throws -> any FittedGenerator {
    let entry = try generatorRegistry.require(id)
    return try entry.fit(
      market(), entry.resolve(Data(json.utf8)), GeneratorContext(seeds: SeedTree(root: 1)))
  }

  static func bits(_ moves: MarketMoves) -> [UInt32] {
    moves.values.map { $0.isNaN ? 0x7fc0_0000 : $0.bitPattern }
  }

  /// Which training day each day of a sample is, by its bits: (stretch, row of the training
  /// market).
  static func sources(_ moves: MarketMoves) throws -> [[Int]] {
    var known: [[UInt32]: [Int]] = [:]
    for (index, stretch) in try market().stretches.enumerated() {
      for row in 1..<stretch.moves.dates {
        known[bits(stretch.moves.rows(row..<row + 1))] = [index, row]
      }
    }
    return try (0..<moves.dates).map { date in
      try #require(known[bits(moves.rows(date..<date + 1))])
    }
  }

  @Test func blocksAreConsecutiveTrainingDays() throws {
    let fitted = try Self.fit("block_bootstrap", #"{"meanBlock": 10}"#)
    let request = SampleRequest(days: 4000, seeds: SeedTree(root: 2))
    let sources = try Self.sources(fitted.sample(request, path: 0))
    var breaks = 0
    for (before, after) in zip(sources, sources.dropFirst()) {
      let goesOn = after[0] == before[0] && after[1] == before[1] + 1
      if !goesOn { breaks += 1 }
    }
    // A block ends with probability 1/10, or 1 in about 68 with its stretch; next days by chance
    // are few.
    let expected = 4000 * (0.1 + 0.9 * 2 / 138.0)
    #expect(abs(Double(breaks) - expected) < 4 * (expected * 0.9).squareRoot())
    #expect(Set(sources).count > 130)
  }

  @Test func blocksOfOneDayAreAShuffle() throws {
    let request = SampleRequest(days: 300, seeds: SeedTree(root: 2))
    let blocks = try Self.fit("block_bootstrap", #"{"meanBlock": 1}"#).sample(request, path: 3)
    let shuffled = try Self.fit("shuffle").sample(request, path: 3)
    #expect(Self.bits(blocks) == Self.bits(shuffled))
  }

  @Test func aTiltChoosesAmongBlocksAndWindows() throws {
    for id in ["block_bootstrap", "historical"] {
      let fitted = try Self.fit(id)
      let level = try [-0.7, 0.7].map { shift -> Double in
        var request = SampleRequest(days: 25, seeds: SeedTree(root: 4))
        request.tilt = NoiseTilt(
          shift: Array(repeating: Float(shift), count: 25), scale: Array(repeating: 1, count: 25))
        return try (0..<20).reduce(0) { sum, path in
          try sum + fitted.sample(request, path: path).marketReturns.reduce(0, +)
        }
      }
      #expect(level[0] < level[1], "\(id)")
    }
  }

  @Test func aTiltThatIsNoNumberStandsForTheMiddle() {
    #expect(normalRank(.nan, among: 9) == 4)
    #expect(normalRank(-.infinity, among: 9) == 0 && normalRank(.infinity, among: 9) == 8)
  }

  @Test func historyIsRepeatedBitForBit() throws {
    let fitted = try Self.fit("historical")
    let request = SampleRequest(days: 40, seeds: SeedTree(root: 2))
    var starts: Set<[Int]> = []
    for path in 0..<30 {
      let moves = try fitted.sample(request, path: path)
      let first = try Self.sources(moves)[0]
      let training = try Self.market().stretches[first[0]].moves
      #expect(Self.bits(moves) == Self.bits(training.rows(first[1]..<first[1] + 40)))
      starts.insert(first)
    }
    #expect(starts.count > 15)
  }

  @Test func longPathsAreWindowsOfHalfTheLongestStretch() throws {
    let fitted = try Self.fit("historical")
    #expect(fitted.notes == ["days": 138, "longest": 79])
    let request = SampleRequest(days: 100, seeds: SeedTree(root: 2))
    let sources = try Self.sources(fitted.sample(request, path: 0))
    for day in 1..<100 where day % 40 != 0 {
      #expect(sources[day][0] == sources[day - 1][0])
      #expect(sources[day][1] == sources[day - 1][1] + 1)
    }
    #expect(sources[0] != sources[40])
  }

  @Test func blocksShorterThanADayAreRefused() throws {
    let entry = try generatorRegistry.require("block_bootstrap")
    #expect(throws: SpecError.self) { try entry.resolve(Data(#"{"meanBlock": 0.5}"#.utf8)) }
  }
}
