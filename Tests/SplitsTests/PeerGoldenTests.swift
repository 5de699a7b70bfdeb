import Foundation
import Market
import Testing

@testable import Splits

/// Folds as skfolio and scikit-learn divide them: benchmarks/peers/skfolio_splits.py.
@Suite struct PeerGoldenTests {
  struct Division: Decodable, Equatable {
    let train: [Int]
    let test: [Int]
  }

  struct Golden: Decodable {
    struct Combinatorial: Decodable {
      let dates, groups, testGroups, purge, embargo, paths: Int
      let pathIds: [[Int]]
      let folds: [Division]
    }
    struct Forward: Decodable {
      let dates, folds, gap: Int
      let testWindow, rolling: Int?
      let splits: [Division]
    }
    let combinatorial: [Combinatorial]
    let walkForward: [Forward]
  }

  let golden: Golden

  init() throws {
    let url = try #require(
      Bundle.module.url(
        forResource: "skfolio_splits", withExtension: "json", subdirectory: "Goldens"))
    golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  @Test func combinatorialFoldsAreSkfolios() throws {
    #expect(golden.combinatorial.count == 8)
    for peer in golden.combinatorial {
      // skfolio purges by count; no label reaches 0 dates, hence the inner initialiser.
      let splitter = try CombinatorialPurgedKFold(
        groups: peer.groups, testGroups: peer.testGroups,
        purge: Purge(reach: peer.purge, embargo: peer.embargo), validationFraction: 0)
      let folds = try splitter.split(dates: peer.dates)
      #expect(folds.map { Division(train: $0.train, test: $0.test) } == peer.folds)
    }
  }

  @Test func pathsAreSkfolios() throws {
    for peer in golden.combinatorial {
      let splitter = try CombinatorialPurgedKFold(
        groups: peer.groups, testGroups: peer.testGroups, label: label(reach: 1), embargo: 0,
        validationFraction: 0)
      #expect(splitter.pathCount == peer.paths)
      var ids = [[Int]](repeating: [], count: peer.folds.count)
      // Segments come by group, and the groups of a fold are listed in that order too.
      let segments = try splitter.paths(dates: peer.dates).flatMap { path in
        path.segments.map { (group: $0.group, fold: $0.fold, path: path.index) }
      }
      for segment in segments.sorted(by: { $0.group < $1.group }) {
        ids[segment.fold].append(segment.path)
      }
      #expect(ids == peer.pathIds)
    }
  }

  @Test func walkForwardIsScikitLearns() throws {
    #expect(golden.walkForward.count == 4)
    for peer in golden.walkForward {
      let folds = try WalkForward(
        folds: peer.folds, testWindow: peer.testWindow,
        training: peer.rolling.map { .rolling(dates: $0) } ?? .expanding,
        label: label(reach: peer.gap), validationFraction: 0
      ).split(dates: peer.dates)
      #expect(folds.map { Division(train: $0.train, test: $0.test) } == peer.splits)
    }
  }
}
