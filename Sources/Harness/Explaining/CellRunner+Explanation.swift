import Foundation
import Market
import Metrics
import Models

extension CellRunner {
  /// Carries out what cells of one model lack in a run's directory: predictions, explanation, or both.
  ///
  /// Predictions and record are stored before anything is explained, so that neither a failure nor
  /// a crash there can cost them. A model whose explanation alone is missing is fitted again, and
  /// must predict what is stored. `finishing` is called on a new record before it is stored,
  /// `finished` on each that is done with.
  /// - Throws: `UserFacingError` where the directory cannot be written; never a cell's failure.
  func carryOut(
    _ cells: [Cell], in directory: RunDirectory,
    entering: (CellRecord.Stage) -> Void = { _ in },
    finishing: (inout CellRecord) -> Void = { _ in }, finished: (CellRecord) -> Void = { _ in }
  ) throws {
    var shared: Result<Fit, FitFailure>?
    for cell in cells {
      finished(
        try carryOut(
          cell, in: directory, sharing: &shared, entering: entering, finishing: finishing))
    }
  }

  private func carryOut(
    _ cell: Cell, in directory: RunDirectory, sharing shared: inout Result<Fit, FitFailure>?,
    entering: (CellRecord.Stage) -> Void, finishing: (inout CellRecord) -> Void
  ) throws -> CellRecord {
    let key = try workbench.experiment.explanationKey(of: cell)
    let there = directory.hasPredictions(of: cell.key) ? directory.record(of: cell.key) : nil
    let attempt = attempt(cell, sharing: &shared, entering: entering)
    var record = there ?? attempt.record
    if there == nil {
      finishing(&record)
      try directory.store(record, attempt.predictions, of: cell, on: workbench)
    }
    guard let key, record.failure == nil, directory.explanation(key) == nil else { return record }
    entering(.explain)
    let spent = ProcessTime.seconds
    var explanation = explanation(
      key, of: cell, attempt, stored: there == nil ? nil : directory)
    explanation.processorSeconds = ProcessTime.seconds - spent
    try directory.store(explanation)
    return record
  }

  /// Never throws: what goes wrong is part of the explanation.
  private func explanation(
    _ key: String, of cell: Cell, _ attempt: Attempt, stored directory: RunDirectory?
  ) -> CellExplanation {
    var explanation = CellExplanation(of: cell, key: key)
    do {
      if let failure = attempt.record.failure {
        throw RefitFailure(reason: "fitted again, it failed: \(failure.reason)")
      }
      guard let fit = attempt.fit else { return explanation }
      if let directory, let new = attempt.predictions {
        try Self.requireEqual(new.predictions, directory.predictions(of: cell.key).prediction)
      }
      explain(fit.predictor, on: fit.rows.test, fold: cell.fold, in: &explanation)
    } catch {
      explanation.failures.append(.init(part: .all, reason: "\(error)"))
    }
    return explanation
  }

  /// Fills in contributions and permutation importance, or why there are none.
  func explain(
    _ predictor: any Predictor, on test: Samples, fold: Int, in explanation: inout CellExplanation
  ) {
    let settings = workbench.experiment.explain
    let samples = test.evenlySpacedDates(rows: settings.rows)
    let groups = FeatureGroup.groups(of: samples.columns)
    explanation.rows = samples.count
    explanation.dates = samples.dateRanges.count
    func timed<T>(_ part: CellExplanation.Failure.Part, _ body: () throws -> T) -> T? {
      let clock = ContinuousClock()
      let start = clock.now
      defer { explanation.seconds[part.rawValue] = (clock.now - start).seconds }
      do {
        return try body()
      } catch {
        explanation.failures.append(.init(part: part, reason: "\(error)"))
        return nil
      }
    }
    if let predictor = predictor as? any ExplainablePredictor {
      var random = seeds(fold: fold).stream("contributions")
      let drawn = samples.drawn(settings.contributionRows, using: &random)
      explanation.contributions = timed(.contributions) {
        try ContributionSummary(
          predictor.contributions(drawn), by: predictor.method, of: drawn, groups: groups)
      }
    }
    if settings.permutation {
      explanation.permutation = timed(.permutation) {
        try PermutationImportance(
          of: predictor, on: samples, groups: groups,
          exchanges: exchanges(settings.repeats, fold: fold)
        ) { dailyScores($0, of: samples.keys) }
      }
    }
  }

  private func seeds(fold: Int) -> SeedTree {
    SeedTree(root: workbench.experiment.seed).subtree("explain", "fold \(fold)")
  }

  /// The exchanges of a fold: the same for every family and feature, so that all are compared under
  /// the same luck.
  ///
  /// On every date, values pass between the assets that have a label there: the rows a date would
  /// be tested on.
  private func exchanges(_ repeats: Int, fold: Int) -> [FeatureExchange] {
    let (dates, assets) = (workbench.dataset.panel.dates, workbench.labels.assets)
    let rows = workbench.rows(on: Array(0..<workbench.labels.dates))
    let seeds = seeds(fold: fold)
    return (0..<repeats).map { count in
      var random = seeds.stream("repeat \(count)")
      return FeatureExchange(
        among: rows, dates: dates, assets: assets,
        order: Array(0..<assets).shuffled(using: &random))
    }
  }

  private func dailyScores(
    _ predictions: [Float], of keys: [SampleKey]
  ) -> PermutationImportance.Daily {
    let rows = ScoredRows(
      keys: keys, predictions: predictions, targets: workbench.targets(of: keys),
      returns: workbench.returns(of: keys))
    let rules = ScoringRules(
      label: workbench.experiment.label, portfolio: workbench.experiment.portfolio)
    let scores = DailyScores(rows, rules: rules, for: [.rankIC])
    var squares = [Double](repeating: .nan, count: rows.dates.count)
    var (position, start) = (0, 0)
    for row in keys.indices where row + 1 == keys.count || keys[row + 1].date != keys[row].date {
      let sum = (start...row).reduce(0.0) { sum, row in
        let error = Double(rows.predictions[row]) - Double(rows.targets[row])
        return sum + error * error
      }
      squares[position] = sum / Double(row - start + 1)
      (position, start) = (position + 1, row + 1)
    }
    return .init(rankIC: scores[.rankIC], squaredError: squares)
  }

  private static func requireEqual(_ new: [Float], _ stored: [Float]) throws(ExplanationError) {
    let different =
      new.count == stored.count ? zip(new, stored).count { $0 != $1 } : new.count
    guard different == 0 else { throw .otherPredictions(different, of: new.count) }
  }

  private struct RefitFailure: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
  }
}
