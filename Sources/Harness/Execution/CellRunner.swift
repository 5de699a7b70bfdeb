import Datasets
import Foundation
import Market
import Metrics
import Models

/// Runs cells over one workbench: load → fit → predict → record → explain, each stage timed.
public final class CellRunner {
  public let workbench: Workbench
  let rows: FoldRows

  /// The audit gives `features` to use in place of those the spec names.
  ///
  /// `directory` is where the synthetic markets lie; a cell of `real` needs none.
  /// - Throws: `PanelError.missingField` for a panel without closes.
  public init(
    _ workbench: Workbench, features: FeaturePanel? = nil, directory: RunDirectory? = nil
  ) throws {
    self.workbench = workbench
    rows = try FoldRows(workbench, features: features, directory: directory)
  }

  /// Trains and predicts one cell.
  ///
  /// Never throws: what goes wrong is a result, with its stage and reason. `entering` is told each
  /// stage as it begins, so that a crash can be placed.
  public func run(
    _ cell: Cell, entering: (CellRecord.Stage) -> Void = { _ in }
  ) -> (record: CellRecord, predictions: ScoredRows?) {
    var shared: Result<Fit, FitFailure>?
    let attempt = attempt(cell, sharing: &shared, entering: entering)
    return (attempt.record, attempt.predictions)
  }

  /// A fitted model and the rows of its fold.
  struct Fit {
    let predictor: any Predictor
    let rows: FoldRows.Rows
  }

  /// Why there is no model; the cells that would share it fail alike.
  struct FitFailure: Error {
    let stage: CellRecord.Stage
    let reason: String
  }

  /// What became of a cell, and the fitted model where there is one.
  struct Attempt {
    var record: CellRecord
    var predictions: ScoredRows?
    var fit: Fit?
  }

  /// As `run`, with the model of a cell before it where they share one; the model is left for the
  /// next.
  func attempt(
    _ cell: Cell, sharing shared: inout Result<Fit, FitFailure>?,
    entering: (CellRecord.Stage) -> Void
  ) -> Attempt {
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
      let fit: Fit
      if let shared {
        fit = try shared.get()
      } else {
        let rows = try timed(.load) { try self.rows.learnt(by: cell) }
        fit = Fit(predictor: try timed(.fit) { try self.fit(cell, rows) }, rows: rows)
        shared = .success(fit)
      }
      record.trainRows = fit.rows.train.count
      record.validationRows = fit.rows.validation?.count ?? 0
      record.notes = fit.predictor.notes.filter { $0.value.isFinite }
      let predictions = try timed(.predict) {
        let test = try rows.tested(cell, scaledAs: fit.rows)
        let values = try fit.predictor.predict(test.samples)
        try requireComplete(values, rows: test.samples.count)
        return ScoredRows(
          keys: test.keys, predictions: values, targets: test.targets, returns: test.returns)
      }
      record.testRows = predictions.keys.count
      return Attempt(record: record, predictions: predictions, fit: fit)
    } catch let failure as FitFailure {
      record.failure = .init(stage: failure.stage, reason: failure.reason)
    } catch {
      record.failure = .init(stage: stage, reason: "\(error)")
      if shared == nil { shared = .failure(FitFailure(stage: stage, reason: "\(error)")) }
    }
    return Attempt(record: record)
  }

  /// The fitted model of a cell and the rows of its fold, for tests of what was learned.
  func fitted(_ cell: Cell) throws -> Fit {
    let rows = try rows.learnt(by: cell)
    return Fit(predictor: try fit(cell, rows), rows: rows)
  }

  private func fit(_ cell: Cell, _ rows: FoldRows.Rows) throws -> any Predictor {
    if cell.family == Oracle.id {
      return try Oracle(workbench, train: rows.train)
    }
    // Named by nothing that the cell's key does not hold: a generator's name in the spec is no part of it.
    let learnt = cell.training.learnt
    let source = TrainingSource(learnt.kind, of: cell.market?.generator ?? "")
    let seeds = SeedTree(root: workbench.experiment.seed).subtree(
      "cell", source.description, cell.family, "fold \(cell.fold)", "seed \(cell.modelSeed)")
    return try workbench.families.require(cell.family).fit(
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
