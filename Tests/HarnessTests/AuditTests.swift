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
    let (predictor, rows) = try CellRunner(workbench).fitted(cell)
    return try predictor.predict(rows.train.samples)
      + rows.train.samples.matrix() + (rows.validation?.samples.matrix() ?? [])
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
}
