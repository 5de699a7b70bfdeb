import Datasets
import Foundation
import Market
import Models
import Splits

/// What the cells of a run share: the market, its features, its labels and its folds.
///
/// Everything here is computed date by date from that date and its past; whatever is *fitted* is
/// fitted inside a cell.
public struct Workbench: Sendable {
  public let experiment: Experiment
  public let dataset: Dataset
  public let dataHash: String
  public let labels: Labels
  public let folds: [Fold]
  public let splitter: any Splitter
  /// What may be trained.
  public let families: Registry<ModelEntry>
  /// True conditional expected returns, date × asset, where a simulator knows them.
  public let expectedReturns: [Float]?

  /// Loads the data, labels it and divides its dates.
  ///
  /// `experiment` is a resolved spec; `families` holds what may be trained.
  /// - Throws: `UserFacingError` for data or a spec that cannot be run.
  public init(
    _ experiment: Experiment, families: Registry<ModelEntry> = modelRegistry
  ) throws {
    try self.init(
      experiment, on: DatasetReference(experiment).load(),
      divided: experiment.split.splitter(for: experiment.label), families: families)
  }

  /// The same over a market and a division of dates that are given: for tests and the audit.
  init(
    _ experiment: Experiment, on dataset: Dataset, divided splitter: any Splitter,
    families: Registry<ModelEntry> = modelRegistry
  ) throws {
    self.experiment = experiment
    self.families = families
    self.dataset = dataset
    self.splitter = splitter
    for choice in try experiment.featureChoices() { try choice.requireFields(of: dataset.panel) }
    dataHash = try PanelFile.contentSHA256(of: dataset.panel)
    labels = try Labels(experiment.label, of: dataset.panel)
    guard labels.labelledDates > 0 else {
      throw SpecError.tooFewDates(
        dates: dataset.panel.dates, needed: experiment.label.reach + 1,
        for: "a label that ends \(experiment.label.reach) dates after its decision")
    }
    folds = try splitter.split(dates: labels.labelledDates)
    expectedReturns = dataset.truth?.expected(experiment.label)
    for fold in folds where rows(on: fold.test).isEmpty {
      throw WorkbenchError.nothingToTest(fold: fold.index, label: experiment.label)
    }
  }

  /// The labelled rows of some dates, in date-then-asset order: the same for every family.
  public func rows(on dates: [Int]) -> [SampleKey] {
    dates.flatMap { date in
      (0..<labels.assets).compactMap { asset in
        labels.targets[date * labels.assets + asset].isNaN
          ? nil : SampleKey(date: date, asset: asset)
      }
    }
  }

  /// Labels as a model learns them.
  public func targets(of keys: [SampleKey]) -> [Float] { values(labels.targets, keys) }

  /// Forward simple returns, as a portfolio earns them.
  public func returns(of keys: [SampleKey]) -> [Float] { values(labels.returns, keys) }

  private func values(_ source: [Float], _ keys: [SampleKey]) -> [Float] {
    keys.map { source[Int($0.date) * labels.assets + Int($0.asset)] }
  }
}

/// Data that leave nothing to measure.
enum WorkbenchError: UserFacingError {
  case nothingToTest(fold: Int, label: LabelSpec)

  var description: String {
    switch self {
    case .nothingToTest(let fold, let label):
      "fold \(fold) has no labelled row to test: on each of its dates the label is missing"
        + (label.transform == .none
          ? ""
          : ", or there are fewer than two different ones, which the transform "
            + "'\(label.transform.rawValue)' needs (label.transform: \"none\" does not)")
    }
  }
}

extension SplitSpec {
  /// The splitter this spec describes, its purge taken from the label.
  ///
  /// A walk-forward split needs no embargo: its training dates all lie before the test.
  func splitter(for label: LabelSpec) throws(SpecError) -> any Splitter {
    switch kind {
    case .purgedKFold:
      try PurgedKFold(
        folds: folds, label: label, embargo: embargo, validationFraction: validationFraction)
    case .walkForward:
      try WalkForward(folds: folds, label: label, validationFraction: validationFraction)
    case .combinatorial:
      try CombinatorialPurgedKFold(
        groups: folds, testGroups: testGroups, label: label, embargo: embargo,
        validationFraction: validationFraction)
    }
  }
}
