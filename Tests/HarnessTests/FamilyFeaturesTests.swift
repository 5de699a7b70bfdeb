import Foundation
import Market
import Testing

@testable import Harness

/// One leaderboard whose families see different features.
@Suite struct FamilyFeaturesTests {
  private func choice(_ features: JSONValue, name: String = "own") -> FamilyChoice {
    FamilyChoice("linear", name: name, features: features)
  }

  @Test func aFamilySeesItsOwnFeaturesAndIsTestedOnTheSameRows() throws {
    let mixed = try SmallRun { $0.families.append(choice(.string("returns"))) }
    let whole = try SmallRun { $0.features.set = "returns" }
    let (board, other) = (try #require(try mixed.execute()), try #require(try whole.execute()))
    #expect(board.failures.isEmpty)
    let own = try #require(board.rows.first { $0.name == "own" })
    let shared = try #require(board.rows.first { $0.name == "linear" })
    #expect(own.rankIC == other.rows.first { $0.name == "linear" }?.rankIC)
    #expect(own.rankIC != shared.rankIC)
    let plan = try Plan(Workbench(mixed.experiment))
    let tested = try plan.rows.filter { $0.family == "linear" }.map { row in
      try plan.cells(of: row).map { cell in
        let rows = try mixed.directory.predictions(of: cell.key)
        return zip(rows.date, rows.asset).map { "\($0) \($1)" }
      }
    }
    #expect(tested.count == 2 && tested[0] == tested[1])
    #expect(mixed.experiment.featureWords == "alpha20 (own: returns)")
  }

  @Test func ownFeaturesThatAreTheRunsChangeNoKey() throws {
    func keys(_ change: (inout Experiment) -> Void) throws -> [String] {
      try Plan(Workbench(SmallRun(change).experiment)).cells.filter { $0.family == "linear" }.map(
        \.key)
    }
    let plain = try keys { _ in }
    #expect(try keys { $0.families[1].features = .string("alpha20") } == plain)
    #expect(
      Set(try keys { $0.families[1].features = .object(["clip": .integer(5)]) }).isDisjoint(
        with: plain))
  }

  @Test func rowsAreMadeOfWhatTheirFamilySees() throws {
    let run = try SmallRun { experiment in
      experiment.families.append(choice(.string("returns")))
      experiment.sources = [.synthetic]
      experiment.seeds = 1
      experiment.generators = [
        GeneratorChoice("add", hyperparameters: .object(["epochs": .integer(1)])),
        GeneratorChoice("shuffle"),
      ]
    }
    let plan = try Plan(Workbench(run.experiment))
    let folds = Set(plan.cells.map(\.fold)).count
    #expect(plan.markets.filter { $0.generator == "shuffle" }.count == folds)
    #expect(plan.markets.filter { $0.generator == "add" }.count == 2 * folds)
    for cell in plan.cells {
      #expect(cell.market?.features ?? cell.features == cell.features)
    }
    let board = try #require(try run.execute())
    #expect(board.failures.isEmpty)
    #expect(board.rows.filter { $0.name == "own" }.allSatisfy { $0.rankIC != nil })
  }

  @Test(arguments: [
    (JSONValue.string("alpha21"), "did you mean 'alpha20'"),
    (.object(["set": .string("alpha20"), "clp": .integer(3)]), "clp"),
    (.object(["clip": .integer(-1)]), "a positive number"),
    (.integer(3), "must be an object"),
  ])
  func aMistakeNamesTheFamily(_ features: JSONValue, _ part: String) throws {
    let error = #expect(throws: SpecError.self) {
      _ = try SmallRun { $0.families.append(choice(features)) }
    }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func generatorsHaveNone() throws {
    let error = #expect(throws: SpecError.self) {
      _ = try SmallRun { experiment in
        experiment.generators = [RegistryChoice("shuffle", features: .string("returns"))]
        experiment.sources = [.synthetic]
      }
    }
    #expect(error?.description.contains("features belong to families") == true)
  }
}
