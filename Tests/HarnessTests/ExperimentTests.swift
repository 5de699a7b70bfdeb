import Foundation
import Market
import Testing

@testable import Harness

@Suite struct ExperimentTests {
  private func overlay(_ json5: String) throws -> Experiment {
    try Profile.quick.experiment.overlaid(by: Data(json5.utf8), named: "spec.json5")
  }

  @Test func aSpecGivesAnyPartAndLeavesTheRest() throws {
    let experiment = try overlay(
      """
      {
        // comments and bare keys are welcome
        label: { horizon: 5 },
        families: ["linear", { id: "dnn", name: "dnn-small", hyperparameters: { hidden: [8] } }],
      }
      """)
    #expect(experiment.label.horizon == 5)
    #expect(experiment.label.entryLag == 1)
    #expect(experiment.families.map(\.name) == ["linear", "dnn-small"])
    #expect(experiment.families[1].hyperparameters == .object(["hidden": .array([.integer(8)])]))
    #expect(experiment.split == Profile.quick.experiment.split)
  }

  /// Every source, every generator, and what is shortened in `quick` is what is there.
  @Test func profilesHaveEverySource() throws {
    for profile in Profile.allCases {
      let experiment = try profile.experiment.resolved()
      #expect(Set(experiment.sources) == Set(TrainingSource.Kind.allCases))
      #expect(experiment.generators.map(\.id) == ["cwgan", "quantgan", "add"])
      func steps(_ choices: [RegistryChoice], _ id: String, _ path: String...) -> JSONValue? {
        var value = choices.first { $0.id == id }?.hyperparameters
        for key in path {
          guard case .object(let part) = value else { return nil }
          value = part[key]
        }
        return value
      }
      let dates = JSONValue.integer(profile == .quick ? 10 : 20)
      for id in ["lstm", "transformer", "add"] {
        #expect(steps(experiment.families, id, "steps") == dates)
      }
      #expect(steps(experiment.families, "lstm_lrp", "lstm", "steps") == dates)
      #expect(steps(experiment.generators, "add", "steps") == dates)
      #expect(
        steps(experiment.families, "transformer", "layers") == .integer(profile == .quick ? 1 : 2))
    }
  }

  @Test(arguments: [
    ("{ lable: {} }", "'lable' (did you mean 'label'?)"),
    ("{ label: { horizn: 2 } }", "horizon"),
    ("{ label: { horizon: 0 } }", "label.horizon is 0"),
    ("{ label: { horizon: \"two\" } }", "horizon"),
    ("{ split: { kind: \"k_fold\" } }", "split.kind named 'k_fold'"),
    ("{ split: { kind: \"walkforward\" } }", "did you mean 'walk_forward'"),
    ("[1]", "must be an object"),
    ("{ seeds: ", "spec.json5"),
  ])
  func whatIsWrongIsNamed(_ spec: String, _ expected: String) throws {
    let error = #expect(throws: SpecError.self) { try overlay(spec) }
    #expect("\(try #require(error))".contains(expected), "\(error!)")
  }

  @Test(arguments: [
    ("{ seeds: 0 }", "seeds is 0"),
    ("{ families: [] }", "families"),
    ("{ families: [\"linear\", \"linear\"] }", "'linear' twice"),
    ("{ split: { folds: 1 } }", "split.folds is 1"),
    ("{ split: { embargo: -1 } }", "split.embargo"),
    ("{ split: { kind: \"combinatorial\", folds: 4, testGroups: 4 } }", "split.testGroups"),
    ("{ split: { validationFraction: 0.9 } }", "split.validationFraction"),
    ("{ portfolio: { quantile: 0.7 } }", "portfolio.quantile"),
    ("{ intervals: { level: 1 } }", "intervals.level"),
    ("{ features: { clip: 0 } }", "features.clip"),
    ("{ limits: { seconds: 1e300 } }", "limits.seconds"),
    ("{ limits: { seconds: 0 } }", "limits.seconds"),
    ("{ families: [{ id: \"linear\", name: \"oracle\" }] }", "a row named 'oracle'"),
    ("{ families: [{ id: \"linear\", name: \"\" }] }", "one line that is not empty"),
    ("{ title: \"two\\nlines\" }", "one line that is not empty"),
    ("{ features: { set: \"alpha21\" } }", "did you mean 'alpha20'"),
    ("{ dataset: \"referense\" }", "did you mean 'reference'"),
    ("{ datasetParameters: { asets: 3 } }", "did you mean 'assets'"),
    ("{ families: [\"liner\"] }", "did you mean 'linear'"),
    ("{ families: [{ id: \"linear\", hyperparameters: { penlty: \"ols\" } }] }", "penalty"),
    ("{ dataset: \"a.h5\", datasetParameters: { assets: 3 } }", "datasetParameters"),
  ])
  func whatCannotBeRunIsRefusedBeforeAnythingRuns(_ spec: String, _ expected: String) throws {
    let error = #expect(throws: SpecError.self) { try overlay(spec).resolved() }
    #expect("\(try #require(error))".contains(expected), "\(error!)")
  }

  @Test func theResolvedSpecStatesEveryDefaultAndMeansTheSameAgain() throws {
    let resolved = try overlay("{ families: [\"linear\"] }").resolved()
    guard case .object(let filled) = resolved.families[0].hyperparameters,
      case .object(let market) = resolved.datasetParameters
    else {
      Issue.record("not objects")
      return
    }
    #expect(filled["penalty"] != nil)
    #expect(market["assets"] != nil)
    let again = try StrictJSON.decode(
      Experiment.self, from: StrictJSON.encode(resolved), named: "again")
    #expect(again == resolved)
    #expect(try again.resolved() == resolved)
  }

  @Test(arguments: Profile.allCases)
  func everyProfileResolves(_ profile: Profile) throws {
    #expect(throws: Never.self) { try profile.experiment.resolved() }
  }
}
