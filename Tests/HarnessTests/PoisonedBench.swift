import Datasets
import Market

@testable import Harness

/// A market, the same with absurd values on the tested dates of fold 1, and with one on a trained date.
struct PoisonedBench {
  let clean: Workbench
  let tested: Workbench
  /// What a test that compares with `tested` must be able to see.
  let trained: Workbench

  init(_ change: (inout Experiment) -> Void = { _ in }) throws {
    let run = try SmallRun { experiment in
      experiment.datasetParameters = .object(["assets": .integer(12), "dates": .integer(480)])
      experiment.split.embargo = Experiment().split.embargo
      experiment.seeds = 1
      change(&experiment)
    }
    let clean = try Workbench(run.experiment)
    let fold = clean.folds[1]
    func poisoned(_ dates: [Int]) throws -> Workbench {
      let panel = clean.dataset.panel
      let width = panel.assets * panel.fields.count
      var values = panel.values
      for date in dates {
        for index in date * width..<(date + 1) * width { values[index] *= index % 7 == 0 ? 900 : 3 }
      }
      return try Workbench(
        run.experiment,
        on: Dataset(
          name: "poisoned", title: "poisoned", isSimulated: true,
          panel: Panel(
            calendar: panel.calendar, universe: panel.universe, fields: panel.fields,
            values: values)),
        divided: clean.splitter)
    }
    self.clean = clean
    tested = try poisoned(fold.test)
    trained = try poisoned([fold.train[fold.train.count / 4]])
  }
}
