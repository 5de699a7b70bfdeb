import Datasets
import Foundation
import Market
import Metrics
import Models
import Splits

/// Runs cells over one workbench: fit → predict → record → explain, each stage timed.
///
/// The feature panel is computed once, when the first cell needs it.
public final class CellRunner {
  public let workbench: Workbench
  private var features: FeaturePanel?
  private let closes: [Float]

  /// The audit gives `features` to use in place of those the spec names.
  ///
  /// - Throws: `PanelError.missingField` for a panel without closes.
  public init(_ workbench: Workbench, features: FeaturePanel? = nil) throws {
    self.workbench = workbench
    self.features = features
    closes = try workbench.dataset.panel.series(of: "close", for: "the label")
  }

  /// Trains and predicts one cell.
  ///
  /// Never throws: what goes wrong is a result, with its stage and reason. `entering` is told each
  /// stage as it begins, so that a crash can be placed.
  public func run(
    _ cell: Cell, entering: (CellRecord.Stage) -> Void = { _ in }
  ) -> (record: CellRecord, predictions: ScoredRows?) {
    let attempt = attempt(cell, entering: entering)
    return (attempt.record, attempt.predictions)
  }

  /// What became of a cell, and the fitted model where there is one.
  struct Attempt {
    var record: CellRecord
    var predictions: ScoredRows?
    var predictor: (any Predictor)?
    var rows: Rows?
  }

  /// As `run`, keeping the fitted model.
  func attempt(_ cell: Cell, entering: (CellRecord.Stage) -> Void) -> Attempt {
    var record = CellRecord(of: cell)
    var stage = CellRecord.Stage.load
    func timed<T>(_ next: CellRecord.Stage, _ body: () throws -> T) rethrows -> T {
      stage = next
      entering(next)
      let clock = ContinuousClock()
      let start = clock.now
      defer { record.seconds[next.rawValue] = (clock.now - start).seconds }
      return try body()
    }
    do {
      let rows: Rows = try timed(.load) { try self.rows(for: cell) }
      record.trainRows = rows.train.count
      record.validationRows = rows.validation?.count ?? 0
      record.testRows = rows.test.count
      let predictor = try timed(.fit) { try fit(cell, rows) }
      record.notes = predictor.notes.filter { $0.value.isFinite }
      let values = try timed(.predict) { try predictor.predict(rows.test) }
      try requireComplete(values, rows: rows.test.count)
      let predictions = ScoredRows(
        keys: rows.test.keys, predictions: values,
        targets: workbench.targets(of: rows.test.keys),
        returns: workbench.returns(of: rows.test.keys))
      return Attempt(
        record: record, predictions: predictions, predictor: predictor, rows: rows)
    } catch {
      record.failure = .init(stage: stage, reason: "\(error)")
      return Attempt(record: record)
    }
  }

  /// The fitted model of a cell and the rows of its fold, for tests of what was learned.
  func fitted(_ cell: Cell) throws -> (predictor: any Predictor, rows: Rows) {
    let rows = try rows(for: cell)
    return (try fit(cell, rows), rows)
  }

  // MARK: - Rows

  /// The rows of a fold.
  struct Rows {
    let train: LabelledSamples
    let validation: LabelledSamples?
    let test: Samples
  }

  /// The rows of a cell's fold; scaling is fitted to its training rows alone.
  private func rows(for cell: Cell) throws -> Rows {
    let features = try featurePanel()
    let fold = workbench.folds[cell.fold]
    let window = try features.window + modelWindow(of: cell) - 1
    func unbroken(_ dates: [Int]) -> [Int] {
      Fold.dates(withUnbrokenWindow: window, in: dates)
    }
    let trainKeys = workbench.rows(on: unbroken(fold.train))
    guard !trainKeys.isEmpty else {
      throw SpecError.emptyTraining(
        fold: fold.index, dates: workbench.labels.dates, reach: workbench.labels.spec.reach,
        embargo: workbench.experiment.split.embargo)
    }
    let choice = workbench.experiment.features
    let transform = FeatureTransform.fit(
      choice.transform, to: trainKeys, of: features, clip: choice.clip)
    func samples(_ keys: [SampleKey]) -> Samples {
      Samples(
        keys: keys, features: features, transform: transform,
        universe: workbench.dataset.panel.universe, closes: closes)
    }
    func labelled(_ keys: [SampleKey]) -> LabelledSamples {
      LabelledSamples(samples: samples(keys), labels: workbench.targets(of: keys))
    }
    let validationKeys = workbench.rows(on: unbroken(fold.validation))
    return Rows(
      train: labelled(trainKeys),
      validation: validationKeys.isEmpty ? nil : labelled(validationKeys),
      test: samples(workbench.rows(on: fold.test)))
  }

  private func featurePanel() throws -> FeaturePanel {
    if let features { return features }
    let computed = try workbench.experiment.features.compute(on: workbench.dataset.panel)
    features = computed
    return computed
  }

  // MARK: - Fitting

  private func modelWindow(of cell: Cell) throws -> Int {
    if cell.family == Oracle.id { return 1 }
    return try modelRegistry.require(cell.family).window(StrictJSON.encode(cell.hyperparameters))
  }

  private func fit(_ cell: Cell, _ rows: Rows) throws -> any Predictor {
    if cell.family == Oracle.id {
      return try Oracle(workbench, train: rows.train)
    }
    let seeds = SeedTree(root: workbench.experiment.seed).subtree(
      "cell", cell.source, cell.family, "fold \(cell.fold)", "seed \(cell.seed)")
    return try modelRegistry.require(cell.family).fit(
      rows.train, rows.validation, StrictJSON.encode(cell.hyperparameters),
      FitContext(
        seeds: seeds, label: workbench.experiment.label,
        device: workbench.experiment.torchDevice))
  }

  /// A missing prediction is a failure, never a dropped row.
  private func requireComplete(_ values: [Float], rows: Int) throws {
    guard values.count == rows else {
      throw PredictionError.count(expected: rows, got: values.count)
    }
    let bad = values.count { !$0.isFinite }
    guard bad == 0 else { throw PredictionError.notFinite(bad, of: rows) }
  }
}

/// Predictions that cannot be scored.
enum PredictionError: Error, CustomStringConvertible {
  case count(expected: Int, got: Int)
  case notFinite(Int, of: Int)

  var description: String {
    switch self {
    case .count(let expected, let got): "\(got) predictions for \(expected) rows"
    case .notFinite(let bad, let rows): "\(bad) of \(rows) predictions are not finite"
    }
  }
}

extension Duration {
  /// The duration in seconds, as a number.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
