import Datasets
import Market
import Models
import Splits

/// The rows that cells learn from and are tested on, scaled inside the fold.
///
/// The feature panel is computed once, when the first cell needs it; of the synthetic markets, the
/// one asked for last is kept.
final class FoldRows {
  /// What a model is fitted to, and the scaling that was fitted with it.
  struct Rows {
    let train: LabelledSamples
    let validation: LabelledSamples?
    let transform: FeatureTransform
    /// The real test rows of the fold.
    let test: Samples
  }

  /// What a model is tested on.
  struct Test {
    let samples: Samples
    /// The rows by the dates of the fold, in the order of `samples`.
    let keys: [SampleKey]
    let targets: [Float]
    let returns: [Float]
  }

  private let workbench: Workbench
  private let directory: RunDirectory?
  private let closes: [Float]
  private var features: FeaturePanel?
  private var synthetic: (key: String, rows: SyntheticRows)?
  private var augmented: (key: String, rows: SourceRows)?

  init(_ workbench: Workbench, features: FeaturePanel?, directory: RunDirectory?) throws {
    (self.workbench, self.features, self.directory) = (workbench, features, directory)
    closes = try workbench.dataset.panel.series(of: "close", for: "the label")
  }

  /// What a cell's model is fitted to; scaling is fitted to its training rows alone.
  func learnt(by cell: Cell) throws -> Rows {
    let source = try source(of: cell)
    let fold = workbench.folds[cell.fold]
    let window = try source.features.window + modelWindow(of: cell) - 1
    func keys(_ dates: [Int]) -> [SampleKey] {
      source.keys(on: Fold.dates(withUnbrokenWindow: window, in: dates))
    }
    let trainKeys = keys(source.train)
    guard !trainKeys.isEmpty else {
      throw SpecError.emptyTraining(
        fold: fold.index, dates: workbench.labels.dates, reach: workbench.labels.spec.reach,
        embargo: workbench.experiment.split.embargo)
    }
    let choice = workbench.experiment.features
    let transform = FeatureTransform.fit(
      choice.transform, to: trainKeys, of: source.features, clip: choice.clip)
    func labelled(_ keys: [SampleKey]) -> LabelledSamples {
      LabelledSamples(
        samples: samples(keys, of: source, transform), labels: source.targets(of: keys))
    }
    let validationKeys = keys(source.validation)
    return Rows(
      train: labelled(trainKeys),
      validation: validationKeys.isEmpty ? nil : labelled(validationKeys), transform: transform,
      test: samples(workbench.rows(on: fold.test), of: try real(fold), transform))
  }

  /// What a cell is tested on: the fold's test rows, or for `reverse` the rows of a sampled market.
  ///
  /// The *k*-th sampled date stands under the *k*-th test date of the fold, so that the folds of a
  /// row join to one calendar.
  func tested(_ cell: Cell, scaledAs rows: Rows) throws -> Test {
    guard cell.training.kind == .reverse else {
      let keys = rows.test.keys
      return Test(
        samples: rows.test, keys: keys, targets: workbench.targets(of: keys),
        returns: workbench.returns(of: keys))
    }
    let source = try synthetic(for: cell).tested
    let dates = Dictionary(
      uniqueKeysWithValues: zip(source.validation, workbench.folds[cell.fold].test))
    let keys = source.keys(on: source.validation.filter { dates[$0] != nil })
    return Test(
      samples: samples(keys, of: source, rows.transform),
      keys: keys.map { SampleKey(date: dates[Int($0.date)] ?? 0, asset: Int($0.asset)) },
      targets: source.targets(of: keys), returns: source.returns(of: keys))
  }

  private func samples(
    _ keys: [SampleKey], of source: SourceRows, _ transform: FeatureTransform
  ) -> Samples {
    Samples(
      keys: keys, features: source.features, transform: transform,
      universe: workbench.dataset.panel.universe, closes: source.closes)
  }

  private func modelWindow(of cell: Cell) throws -> Int {
    if cell.family == Oracle.id { return 1 }
    return try modelRegistry.require(cell.family).window(StrictJSON.encode(cell.hyperparameters))
  }

  // MARK: - Sources

  private func source(of cell: Cell) throws -> SourceRows {
    let fold = workbench.folds[cell.fold]
    switch cell.training.kind {
    case .real, .reverse: return try real(fold)
    case .synthetic: return try synthetic(for: cell).learnt
    case .augmented:
      let key = cell.market?.key ?? ""
      if let augmented, augmented.key == key { return augmented.rows }
      let real = try real(fold)
      augmented = nil
      // What is watched is real: it is there, and nearest to what is tested.
      var joined = SourceRows.joined([real, try synthetic(for: cell).learnt])
      joined.validation = real.validation
      augmented = (key, joined)
      return joined
    }
  }

  private func real(_ fold: Fold) throws -> SourceRows {
    let features =
      try features ?? workbench.experiment.features.compute(on: workbench.dataset.panel)
    self.features = features
    return SourceRows(
      features: features, closes: closes, targets: workbench.labels.targets,
      returns: workbench.labels.returns, train: fold.train, validation: fold.validation)
  }

  private func synthetic(for cell: Cell) throws -> SyntheticRows {
    guard let market = cell.market, let directory else { throw SyntheticMarketError.notMade("") }
    if let synthetic, synthetic.key == market.key { return synthetic.rows }
    (synthetic, augmented) = (nil, nil)
    if let failure = directory.syntheticRecord(of: market.key)?.failure {
      throw SyntheticMarketError.failed(market.name, fold: market.fold, reason: failure.reason)
    }
    guard directory.hasSyntheticMarket(market.key) else {
      throw SyntheticMarketError.notMade(market.name)
    }
    let rows = try SyntheticRows(
      directory.syntheticPanels(of: market.key), fold: workbench.folds[cell.fold], on: workbench)
    synthetic = (market.key, rows)
    return rows
  }
}

/// A synthetic market that a cell cannot have.
enum SyntheticMarketError: Error, CustomStringConvertible {
  case failed(String, fold: Int, reason: String)
  case notMade(String)

  var description: String {
    switch self {
    case .failed(let name, let fold, let reason):
      "the generator '\(name)' made no market for fold \(fold): \(reason)"
    case .notMade(let name): "the market of the generator '\(name)' is not there"
    }
  }
}
