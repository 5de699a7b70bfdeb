import Datasets
import Foundation
import Market
import Models
import Testing

@testable import Harness

@Suite struct AuditTests {
  @Test func noFamilyFindsSkillInNoise() throws {
    let findings = try Audit().noise()
    #expect(findings.count >= modelRegistry.entries.count)
    for finding in findings { #expect(finding.passed, "\(finding.check): \(finding.detail)") }
  }

  @Test func aLabelAmongTheFeaturesIsCaught() throws {
    let finding = try Audit().plantedLabel()
    #expect(finding.passed, "\(finding.detail)")
  }

  @Test func purgingRemovesTheSkillThatOverlapInflates() throws {
    let finding = try Audit().missingPurge()
    #expect(finding.passed, "\(finding.detail)")
  }
}

/// Absurd prices after the last date that a fold may know change nothing that was learned.
@Suite struct PoisonTests {
  /// The fold's training and validation rows, and what a model fitted to them says of its training rows.
  private func learned(_ family: String, on panel: Panel) throws -> [Float] {
    let run = try SmallRun { experiment in
      experiment.split.kind = .walkForward
      experiment.families = [FamilyChoice(family)]
      experiment.seeds = 1
    }
    let dataset = Dataset(name: "test", title: "test", isSimulated: true, panel: panel)
    let workbench = try Workbench(
      run.experiment, on: dataset,
      divided: run.experiment.split.splitter(for: run.experiment.label))
    let cell = try #require(try Plan(workbench).cells.first { $0.fold == 1 })
    return try everythingLearned(by: cell, on: workbench)
  }

  @Test(arguments: Profile.quick.experiment.families.map(\.id))
  func whatComesAfterTrainingIsNotSeen(_ family: String) throws {
    let run = try SmallRun { $0.split.kind = .walkForward }
    let workbench = try Workbench(run.experiment)
    let panel = workbench.dataset.panel
    let fold = workbench.folds[1]
    let lastKnown = try #require((fold.train + fold.validation).max()) + run.experiment.label.reach
    #expect(lastKnown < fold.test[0])
    let width = panel.assets * panel.fields.count
    func poisoned(after date: Int) throws -> Panel {
      var values = panel.values
      for index in (date + 1) * width..<values.count { values[index] *= index % 7 == 0 ? 900 : 1 }
      return try Panel(
        calendar: panel.calendar, universe: panel.universe, fields: panel.fields, values: values)
    }
    let clean = try learned(family, on: panel)
    #expect(try learned(family, on: poisoned(after: lastKnown)) == clean)
    // One date earlier is a date the fold does know: the test can fail.
    #expect(
      try learned(family, on: poisoned(after: lastKnown - run.experiment.label.reach - 1)) != clean)
  }

  /// Absurd values on every tested date, between two stretches of training: nothing learnt may move.
  @Test(arguments: Profile.quick.experiment.families.map(\.id))
  func testedDatesAreNotLearntFrom(_ family: String) throws {
    let poisoned = try PoisonedBench { $0.families = [FamilyChoice(family)] }
    let cell = try #require(try Plan(poisoned.clean).cells.first { $0.fold == 1 })
    #expect(
      try everythingLearned(by: cell, on: poisoned.tested)
        == everythingLearned(by: cell, on: poisoned.clean))
    #expect(
      try everythingLearned(by: cell, on: poisoned.trained)
        != everythingLearned(by: cell, on: poisoned.clean))
  }
}

/// Predictions on training rows, and all that was learnt from: whatever a fit depends on shows here.
private func everythingLearned(by cell: Cell, on workbench: Workbench) throws -> [Float] {
  let fit = try CellRunner(workbench).fitted(cell)
  return try fit.predictor.predict(fit.rows.train.samples)
    + fit.rows.train.samples.matrix() + (fit.rows.validation?.samples.matrix() ?? [])
}
