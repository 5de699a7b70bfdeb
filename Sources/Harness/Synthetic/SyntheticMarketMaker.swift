import Datasets
import Foundation
import Generators
import Market
import Metrics

/// Makes the synthetic markets of a run: fit → sample → record → compare.
struct SyntheticMarketMaker {
  let workbench: Workbench
  let rows: FoldRows

  init(_ runner: CellRunner) { (workbench, rows) = (runner.workbench, runner.rows) }

  /// Carries out what a market lacks in a run's directory: the market, its comparison, or both.
  ///
  /// What goes wrong with the generator is recorded, never thrown. An interrupted fit goes on from its
  /// checkpoint, to the same bits; from a damaged one it does not, and starts anew.
  /// - Throws: `UserFacingError` where the directory cannot be written.
  func carryOut(
    _ market: SyntheticMarket, in directory: RunDirectory,
    entering: (CellRecord.Stage) -> Void = { _ in },
    finishing: (inout SyntheticRecord) -> Void = { _ in }
  ) throws -> SyntheticRecord {
    var record = SyntheticRecord(of: market)
    if let there = directory.syntheticRecord(of: market.key), there.failure == nil {
      record = there
    } else {
      entering(.generate)
      record.trainRows =
        workbench.folds[market.fold].train.count * workbench.dataset.panel.assets
      do {
        let checkpoint = directory.checkpointPath(of: market.key)
        switch try GeneratorKind.require(market.generator) {
        case .market(let entry):
          let panels = try make(market, by: entry, checkpoint: checkpoint, &record)
          finishing(&record)
          try directory.store(record, panels, on: workbench)
        case .rows(let entry):
          let made = try make(market, by: entry, checkpoint: checkpoint, &record)
          finishing(&record)
          try directory.store(record, made, on: workbench)
        }
      } catch let error as RunDirectoryError {
        throw error
      } catch StorageError.cannotWrite(let file, let reason) {
        throw StorageError.cannotWrite(file: file, reason: reason)
      } catch {
        record.failure = .init(stage: .generate, reason: "\(error)")
        finishing(&record)
        try directory.store(record)
        return record
      }
    }
    guard workbench.experiment.synthetic.compare, market.isMarket,
      directory.lacksComparison(market)
    else { return record }
    entering(.compare)
    let (start, processor) = (ContinuousClock.now, ProcessTime.seconds)
    let report: FidelityReport
    do {
      report = try compare(directory.syntheticPanels(of: market.key), market)
    } catch {
      // It would fail in the same way again.
      record.uncompared = "\(error)"
      try directory.store(record)
      return record
    }
    record.seconds["compare"] = (ContinuousClock.now - start).seconds
    record.comparisonProcessorSeconds = ProcessTime.seconds - processor
    try directory.store(report, of: market)
    try directory.store(record)
    return record
  }

  /// Training paths, then one to watch the fit, then one to be tested on.
  private func make(
    _ market: SyntheticMarket, by entry: GeneratorEntry, checkpoint: String,
    _ record: inout SyntheticRecord
  ) throws -> [Panel] {
    let clock = ContinuousClock()
    let start = clock.now
    let seeds = seeds(of: market)
    let (training, leftOut) = try trainingMarket(of: workbench.folds[market.fold])
    record.leftOut = leftOut
    let context = GeneratorContext(
      seeds: seeds.subtree("fit"), device: workbench.experiment.torchDevice,
      checkpoint: checkpoint)
    let fitted = try entry.fit(
      training, StrictJSON.encode(market.hyperparameters), context)
    context.removeCheckpoint()
    record.seconds["fit"] = (clock.now - start).seconds
    let request = SampleRequest(
      days: SyntheticMarket.days(
        of: workbench.folds[market.fold], reach: workbench.experiment.label.reach),
      seeds: seeds.subtree("sample"))
    let sampling = clock.now
    let paths = workbench.experiment.synthetic.paths + 2
    let panels = try (0..<paths).map { try fitted.panel(request, path: $0) }
    // What a generator counts while it samples is in them too.
    record.notes = fitted.notes.filter { $0.value.isFinite }
    record.seconds["sample"] = (clock.now - sampling).seconds
    return panels
  }

  /// Rows made from the fold's training rows, in the units in which its models see them.
  private func make(
    _ market: SyntheticMarket, by entry: SampleGeneratorEntry, checkpoint: String,
    _ record: inout SyntheticRecord
  ) throws -> SampleSet {
    let clock = ContinuousClock()
    let start = clock.now
    let seeds = seeds(of: market)
    let hyperparameters = try StrictJSON.encode(market.hyperparameters)
    let material = try rows.material(of: market)
    let context = GeneratorContext(
      seeds: seeds.subtree("fit"), device: workbench.experiment.torchDevice,
      checkpoint: checkpoint)
    let fitted = try entry.fit(
      material.train, material.validation, workbench.experiment.label, hyperparameters, context)
    context.removeCheckpoint()
    record.notes = fitted.notes.filter { $0.value.isFinite }
    record.seconds["fit"] = (clock.now - start).seconds
    let sampling = clock.now
    let made = try fitted.augment(seeds.subtree("sample"))
    record.seconds["sample"] = (clock.now - sampling).seconds
    return made
  }

  private func seeds(of market: SyntheticMarket) -> SeedTree {
    SeedTree(root: workbench.experiment.seed).subtree(
      "synthetic", market.generator, "fold \(market.fold)", "seed \(market.seed)")
  }

  /// The training dates of a fold, without assets that have too few returns on them.
  func trainingMarket(of fold: Fold) throws -> (market: TrainingMarket, leftOut: [String]) {
    let panel = workbench.dataset.panel
    let kept = try panel.assets(withReturnsOn: fold.train, atLeast: Generation.fewestReturns)
    let market = try TrainingMarket(
      kept.count < panel.assets ? panel.assets(at: kept) : panel, training: fold.train,
      validation: fold.validation)
    let known = Set(kept)
    let names = panel.universe.assets
    return (market, names.indices.filter { !known.contains($0) }.map { names[$0] })
  }

  /// The first path against the whole real market; memorisation is looked for in the longest
  /// stretch of training dates, and measured beside the tested dates, which the generator never saw.
  private func compare(_ panels: [Panel], _ market: SyntheticMarket) throws -> FidelityReport {
    let fold = workbench.folds[market.fold]
    let places = Dictionary(
      uniqueKeysWithValues: workbench.dataset.panel.universe.assets.enumerated().map { ($1, $0) })
    let real = try workbench.dataset.panel.assets(
      at: panels[0].universe.assets.compactMap { places[$0] })
    func longest(_ dates: [Int]) throws -> ReturnPaths? {
      guard let range = TrainingMarket.unbroken(dates).max(by: { $0.count < $1.count }),
        range.count > FidelityReport.minimumDates
      else { return nil }
      return try ReturnPaths([
        real.dates(
          from: real.calendar[range.lowerBound], to: real.calendar[range.upperBound - 1])
      ])
    }
    var settings = FidelitySettings()
    (settings.lags, settings.floorReplicates) = (100, 10)
    (settings.seriesAssets, settings.crossSectionAssets) = (25, 100)
    (settings.windows, settings.trainingWindows) = (1000, 16_384)
    return try FidelityReport(
      real: ReturnPaths([real]), synthetic: ReturnPaths([panels[0]]),
      training: longest(fold.train), heldOut: longest(fold.test), settings: settings,
      seeds: SeedTree(root: workbench.experiment.seed).subtree("fidelity"))
  }
}
