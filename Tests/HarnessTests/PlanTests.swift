import Foundation
import Market
import Metrics
import Testing

@testable import Harness

@Suite struct PlanTests {
  private func keys(_ change: (inout Experiment) -> Void = { _ in }) throws -> [String: Set<String>]
  {
    let plan = try Plan(Workbench(SmallRun(change).experiment))
    return Dictionary(grouping: plan.cells, by: \.name).mapValues { Set($0.map(\.key)) }
  }

  @Test func everyCellHasAKeyOfItsOwn() throws {
    let plan = try Plan(Workbench(SmallRun().experiment))
    #expect(Set(plan.cells.map(\.key)).count == plan.cells.count)
  }

  @Test func planningTwiceGivesTheSameKeys() throws {
    #expect(try keys() == keys())
  }

  @Test func anotherFamilyLeavesTheKeysOfTheRest() throws {
    let (before, after) = (try keys(), try keys { $0.families.append(FamilyChoice("reversal")) })
    #expect(after["linear"] == before["linear"])
    #expect(after["oracle"] == before["oracle"])
  }

  @Test func hyperparametersChangeTheKeysOfTheirFamilyAlone() throws {
    let before = try keys()
    let after = try keys {
      $0.families[1].hyperparameters = .object(["penalty": .string("ols")])
    }
    #expect(try #require(after["linear"]).isDisjoint(with: try #require(before["linear"])))
    #expect(after["mean_label"] == before["mean_label"])
  }

  @Test func theEmbargoChangesOnlyTheFoldsItReaches() throws {
    let before = try #require(try keys()["linear"])
    let after = try #require(try keys { $0.split.embargo += 1 }["linear"])
    // Nothing is trained on after the last test block.
    #expect(after.intersection(before).count == 1)
  }

  @Test(arguments: ["seed", "label", "clip", "data"])
  func whateverCanChangeAResultChangesItsKey(_ what: String) throws {
    let before = try #require(try keys()["linear"])
    let after = try keys { experiment in
      switch what {
      case "seed": experiment.seed += 1
      case "label":
        experiment.label = (try? LabelSpec(entryLag: 1, horizon: 1, transform: .rank)) ?? .standard
      case "clip": experiment.features.clip = 4
      default:
        experiment.datasetParameters = .object([
          "assets": .integer(16), "dates": .integer(220), "seed": .integer(99),
        ])
      }
    }
    #expect(try #require(after["linear"]).isDisjoint(with: before))
  }

  @Test(arguments: ["title", "intervals", "portfolio", "limits"])
  func whatOnlyScoresOrLimitsLeavesKeysAlone(_ what: String) throws {
    let before = try keys()
    let after = try keys { experiment in
      switch what {
      case "title": experiment.title = "other"
      case "intervals": experiment.intervals.resamples = 77
      case "portfolio":
        experiment.portfolio =
          (try? PortfolioSpec(quantile: 0.2, costBasisPoints: 1)) ?? .standard
      default: experiment.limits.seconds = 60
      }
    }
    #expect(after == before)
  }
}
