import Datasets
import Market
import Models
import Splits

/// The rows that cells learn from and are tested on, scaled inside the fold.
///
/// Feature panels are computed once, when the first cell needs them; of the synthetic markets, the
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
  private let given: FeaturePanel?
  private var computed: [(choice: FeatureChoice, panel: FeaturePanel)] = []
  private var synthetic: (key: String, features: FeatureChoice, rows: SyntheticRows)?
  private var augmented: (key: String, features: FeatureChoice, rows: SourceRows)?

  /// `features` stands for whatever a cell's family would see of the real market.
  init(_ workbench: Workbench, features: FeaturePanel?, directory: RunDirectory?) throws {
    (self.workbench, given, self.directory) = (workbench, features, directory)
    closes = try workbench.dataset.panel.series(of: "close", for: "the label")
  }

  /// What a cell's model is fitted to; scaling is fitted to its training rows alone.
  func learnt(by cell: Cell) throws -> Rows {
    let fold = workbench.folds[cell.fold]
    let window = try modelWindow(of: cell)
    guard let market = cell.market, cell.training.learnt != .real,
      case .rows(let entry) = try GeneratorKind.require(market.generator)
    else { return try rows(of: source(of: cell), cell.features, fold, window: window) }
    // Made rows are in the units of the rows they were made from; the rest of the fold follows them.
    let material = try entry.window(StrictJSON.encode(market.hyperparameters))
    let real = try rows(
      of: real(fold, cell.features), cell.features, fold, window: window, scaledOver: material)
    let made = try syntheticRows(of: market)
    return Rows(
      train: try cell.training.kind == .augmented
        ? real.train.augmented(with: made) : real.train.replaced(by: made),
      validation: real.validation, transform: real.transform, test: real.test)
  }

  /// The rows a generator of rows is fitted to.
  func material(
    of market: SyntheticMarket
  ) throws -> (train: LabelledSamples, validation: LabelledSamples?) {
    guard let features = market.features,
      case .rows(let entry) = try GeneratorKind.require(market.generator)
    else {
      throw SyntheticMarketError.notMade(market.name)
    }
    let fold = workbench.folds[market.fold]
    let rows = try rows(
      of: real(fold, features), features, fold,
      window: entry.window(StrictJSON.encode(market.hyperparameters)))
    return (rows.train, rows.validation)
  }

  /// Rows whose window of so many dates is unbroken, scaled over those of another window if one is given.
  private func rows(
    of source: SourceRows, _ choice: FeatureChoice, _ fold: Fold, window: Int,
    scaledOver other: Int? = nil
  ) throws -> Rows {
    func keys(_ dates: [Int], _ window: Int) -> [SampleKey] {
      source.keys(
        on: Fold.dates(withUnbrokenWindow: source.features.window + window - 1, in: dates))
    }
    let trainKeys = keys(source.train, window)
    guard !trainKeys.isEmpty else {
      throw SpecError.emptyTraining(
        fold: fold.index, dates: workbench.labels.dates, reach: workbench.labels.spec.reach,
        embargo: workbench.experiment.split.embargo)
    }
    let transform = FeatureTransform.fit(
      choice.transform, to: other.map { keys(source.train, $0) } ?? trainKeys,
      of: source.features, clip: choice.clip)
    func labelled(_ keys: [SampleKey]) -> LabelledSamples {
      LabelledSamples(
        samples: samples(keys, of: source, transform), labels: source.targets(of: keys))
    }
    let validationKeys = keys(source.validation, window)
    return Rows(
      train: labelled(trainKeys),
      validation: validationKeys.isEmpty ? nil : labelled(validationKeys), transform: transform,
      test: samples(workbench.rows(on: fold.test), of: try real(fold, choice), transform))
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
    return try workbench.families.require(cell.family).window(
      StrictJSON.encode(cell.hyperparameters))
  }

  // MARK: - Sources

  private func source(of cell: Cell) throws -> SourceRows {
    let fold = workbench.folds[cell.fold]
    switch cell.training.kind {
    case .real, .reverse: return try real(fold, cell.features)
    case .synthetic: return try synthetic(for: cell).learnt
    case .augmented:
      let key = cell.market?.key ?? ""
      if let augmented, augmented.key == key, augmented.features == cell.features {
        return augmented.rows
      }
      let real = try real(fold, cell.features)
      augmented = nil
      // What is watched is real: it is there, and nearest to what is tested.
      var joined = SourceRows.joined([real, try synthetic(for: cell).learnt])
      joined.validation = real.validation
      augmented = (key, cell.features, joined)
      return joined
    }
  }

  private func real(_ fold: Fold, _ choice: FeatureChoice) throws -> SourceRows {
    SourceRows(
      features: try panel(of: choice), closes: closes, targets: workbench.labels.targets,
      returns: workbench.labels.returns, train: fold.train, validation: fold.validation)
  }

  private func panel(of choice: FeatureChoice) throws -> FeaturePanel {
    if let given { return given }
    if let known = computed.first(where: { $0.choice == choice }) { return known.panel }
    let panel = try choice.compute(on: workbench.dataset.panel)
    computed.append((choice, panel))
    return panel
  }

  private func synthetic(for cell: Cell) throws -> SyntheticRows {
    guard let market = cell.market, let directory else { throw SyntheticMarketError.notMade("") }
    if let synthetic, synthetic.key == market.key, synthetic.features == cell.features {
      return synthetic.rows
    }
    (synthetic, augmented) = (nil, nil)
    try requireMade(market, in: directory)
    let rows = try SyntheticRows(
      directory.syntheticPanels(of: market.key), features: cell.features,
      fold: workbench.folds[cell.fold], on: workbench)
    synthetic = (market.key, cell.features, rows)
    return rows
  }

  private func syntheticRows(of market: SyntheticMarket) throws -> SampleSet {
    guard let directory else { throw SyntheticMarketError.notMade(market.name) }
    try requireMade(market, in: directory)
    return try directory.syntheticRows(of: market.key)
  }

  private func requireMade(_ market: SyntheticMarket, in directory: RunDirectory) throws {
    if let failure = directory.syntheticRecord(of: market.key)?.failure {
      throw SyntheticMarketError.failed(market.name, fold: market.fold, reason: failure.reason)
    }
    guard directory.hasSyntheticMarket(market.key) else {
      throw SyntheticMarketError.notMade(market.name)
    }
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
