import Datasets
import Foundation
import Market

/// Finished cells and synthetic markets by their keys, shared by all runs that name the same folder.
///
/// It is laid out as a run directory without a spec. What lies in it is content-addressed and complete, so
/// several runs may read and write it at once.
public struct RunCache: Sendable {
  private let store: RunDirectory

  /// - Throws: `RunDirectoryError.cannotWrite` where the folder cannot be made.
  public init(_ path: String) throws {
    store = RunDirectory(path)
    try store.makeFolders()
  }

  /// A cache that is only looked into: nothing is made.
  public init(reading path: String) { store = RunDirectory(path) }

  /// Whether it has all that a cell is to have.
  func isDone(_ cell: Cell, under experiment: Experiment) throws -> Bool {
    try store.isDone(cell, under: experiment)
  }

  func hasSyntheticMarket(_ key: String) -> Bool { store.hasSyntheticMarket(key) }

  func lacksComparison(_ market: SyntheticMarket) -> Bool { store.lacksComparison(market) }

  func hasComparison(of market: SyntheticMarket) -> Bool { store.fidelity(of: market) != nil }

  /// Adds what its cells have cost.
  func look(into measured: inout MeasuredCosts) { measured.look(at: store, isOwn: false) }

  /// Copies into a run's directory what it lacks and the cache has.
  ///
  /// Everything is read first. What is damaged is set aside in the cache, made anew by this run and kept again.
  /// - Returns: How many cells were taken.
  /// - Throws: `UserFacingError` where the run's directory cannot be written.
  func fill(_ directory: RunDirectory, for plan: Plan, under experiment: Experiment) throws -> Int {
    var taken = 0
    for market in plan.markets {
      if !directory.hasSyntheticMarket(market.key) { try copy(market, to: directory) }
      if directory.lacksComparison(market), let report = store.fidelity(of: market) {
        try directory.store(report, of: market)
      }
    }
    for cell in plan.cells {
      if !directory.hasPredictions(of: cell.key), try copy(cell, to: directory) { taken += 1 }
      if let key = try experiment.explanationKey(of: cell), directory.explanation(key) == nil,
        let explanation = store.explanation(key)
      {
        try directory.store(explanation)
      }
    }
    return taken
  }

  private func copy(_ cell: Cell, to directory: RunDirectory) throws -> Bool {
    guard var record = store.record(of: cell.key), record.failure == nil else { return false }
    guard let rows = try? store.predictions(of: cell.key), rows.cell["key"] == cell.key else {
      store.discard(cell.key)
      return false
    }
    record.adopt(cell)
    try directory.store(record, rows.labelled(as: cell))
    return true
  }

  private func copy(_ market: SyntheticMarket, to directory: RunDirectory) throws {
    guard store.hasSyntheticMarket(market.key), let record = store.syntheticRecord(of: market.key)
    else { return }
    do {
      if market.isMarket {
        _ = try store.syntheticPanels(of: market.key)
      } else {
        _ = try store.syntheticRows(of: market.key)
      }
    } catch RunDirectoryError.damaged {
      return
    }
    try directory.takeSynthetic(record.named(market.name), from: store)
  }

  /// Takes over what has just been stored in a run's directory.
  ///
  /// The cache only spares work: what cannot be written is left out.
  func keep(
    _ record: CellRecord, of directory: RunDirectory, under experiment: Experiment, _ cell: Cell
  ) {
    guard record.failure == nil else { return }
    if !store.hasPredictions(of: record.key),
      let rows = try? directory.predictions(of: record.key)
    {
      try? store.store(record, rows)
    }
    if let key = try? experiment.explanationKey(of: cell), store.explanation(key) == nil,
      let explanation = directory.explanation(key), explanation.failures.isEmpty
    {
      try? store.store(explanation)
    }
  }

  func keep(_ record: SyntheticRecord, of directory: RunDirectory, _ market: SyntheticMarket) {
    guard record.failure == nil else { return }
    if !store.hasSyntheticMarket(record.key) { try? store.takeSynthetic(record, from: directory) }
    if store.lacksComparison(market), let report = directory.fidelity(of: market) {
      try? store.store(report, of: market)
    }
  }
}

/// Tells another, and keeps what was finished.
struct KeepingProgress: RunProgress {
  let cache: RunCache
  let directory: RunDirectory
  let experiment: Experiment
  let cells: [String: Cell]
  let markets: [String: SyntheticMarket]
  let next: any RunProgress

  init(
    _ cache: RunCache, _ directory: RunDirectory, _ experiment: Experiment, _ plan: Plan,
    then next: any RunProgress
  ) {
    (self.cache, self.directory, self.experiment, self.next) = (cache, directory, experiment, next)
    cells = Dictionary(plan.cells.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    markets = Dictionary(plan.markets.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func begin(plan: Plan, jobs: [Job], cached: Int) {
    next.begin(plan: plan, jobs: jobs, cached: cached)
  }
  func generated(_ record: SyntheticRecord) {
    if let market = markets[record.key] { cache.keep(record, of: directory, market) }
    next.generated(record)
  }
  func finished(_ record: CellRecord) {
    if let cell = cells[record.key] { cache.keep(record, of: directory, under: experiment, cell) }
    next.finished(record)
  }
  func end() { next.end() }
}

extension CellRecord {
  /// The same outcome under what another run calls the cell.
  mutating func adopt(_ cell: Cell) {
    var adopted = CellRecord(of: cell)
    (adopted.trainRows, adopted.validationRows, adopted.testRows) = (
      trainRows, validationRows, testRows
    )
    (adopted.notes, adopted.seconds, adopted.peakMegabytes) = (notes, seconds, peakMegabytes)
    adopted.processorSeconds = processorSeconds
    self = adopted
  }
}
