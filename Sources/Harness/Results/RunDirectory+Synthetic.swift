import Datasets
import Foundation
import Market
import Metrics

extension RunDirectory {
  var syntheticURL: URL { url.appendingPathComponent("synthetic", isDirectory: true) }
  private func file(_ key: String, _ ending: String) -> URL {
    syntheticURL.appendingPathComponent(key + ending)
  }

  /// Where a generator keeps the state of its training, to go on after an interruption.
  func checkpointPath(of key: String) -> String { file(key, ".checkpoint").path }

  /// What became of a synthetic market, or `nil` where it was not made, or its file is gone.
  public func syntheticRecord(of key: String) -> SyntheticRecord? {
    guard let data = try? Data(contentsOf: file(key, ".json")),
      let record = try? JSONDecoder().decode(SyntheticRecord.self, from: data), record.key == key,
      record.failure != nil || FileManager.default.fileExists(atPath: file(key, ".h5").path)
    else { return nil }
    return record
  }

  func hasSyntheticMarket(_ key: String) -> Bool {
    syntheticRecord(of: key).map { $0.failure == nil } ?? false
  }

  /// Whether a market that is there has yet to be compared with the real one.
  func lacksComparison(_ market: SyntheticMarket) -> Bool {
    guard let record = syntheticRecord(of: market.key), record.failure == nil,
      record.uncompared == nil
    else { return false }
    return fidelity(of: market) == nil
  }

  /// Stores a market before its record, so that the record vouches for it.
  ///
  /// - Throws: `UserFacingError` where the directory cannot be written.
  func store(
    _ record: SyntheticRecord, _ panels: [Panel]? = nil, on workbench: Workbench? = nil
  ) throws {
    if let panels {
      try PanelFile.write(
        paths: panels, metadata(record, workbench), to: file(record.key, ".h5").path)
    }
    try write(StrictJSON.encode(record, pretty: true), to: file(record.key, ".json"))
  }

  /// The same for rows that were made.
  func store(_ record: SyntheticRecord, _ made: SampleSet, on workbench: Workbench) throws {
    let panel = workbench.dataset.panel
    try SampleSetFile.write(
      SampleSetFile.Content(made, calendar: panel.calendar, assets: panel.universe.assets),
      metadata(record, workbench), to: file(record.key, ".h5").path)
    try write(StrictJSON.encode(record, pretty: true), to: file(record.key, ".json"))
  }

  private func metadata(_ record: SyntheticRecord, _ workbench: Workbench?) -> FileMetadata {
    FileMetadata(
      title: "\(record.name), fold \(record.fold), seed \(record.seed)",
      generator: record.generator, parentSHA256: workbench?.dataHash ?? "",
      createdBy: "qbench \(Version.current)")
  }

  /// Copies a market with its record from another directory, unless its file is gone by now.
  ///
  /// - Throws: `RunDirectoryError.cannotWrite`.
  func takeSynthetic(_ record: SyntheticRecord, from other: RunDirectory) throws {
    guard let content = try? Data(contentsOf: other.file(record.key, ".h5")) else { return }
    try write(content, to: file(record.key, ".h5"))
    try write(StrictJSON.encode(record, pretty: true), to: file(record.key, ".json"))
  }

  /// Made rows, set aside where they are damaged.
  ///
  /// - Throws: `RunDirectoryError.damaged`.
  func syntheticRows(of key: String) throws -> SampleSet {
    try reading(key) { try SampleSetFile.read($0).content.set }
  }

  /// The sampled paths of a market.
  ///
  /// A damaged file is set aside, so that the market is made anew the next time.
  /// - Throws: `RunDirectoryError.damaged`.
  func syntheticPanels(of key: String) throws -> [Panel] {
    try reading(key) { try PanelFile.readPaths($0).panels }
  }

  private func reading<Content>(
    _ key: String, _ body: (_ path: String) throws -> Content
  ) throws -> Content {
    let path = file(key, ".h5").path
    do {
      return try body(path)
    } catch let error as StorageError {
      _ = rename(path, path + ".damaged")
      throw RunDirectoryError.damaged(path, "\(error)")
    }
  }

  /// How a synthetic market compares with the real one, where they could be compared.
  ///
  /// `nil` also for a comparison with other tested dates, by another version, or that is damaged.
  public func fidelity(of market: SyntheticMarket) -> FidelityReport? {
    guard let data = try? Data(contentsOf: file(market.key, ".fidelity.json")),
      let stored = try? JSONDecoder().decode(MarketComparison.self, from: data),
      stored.made == market.comparison, stored.isWhole
    else { return nil }
    return stored.report
  }

  func store(_ report: FidelityReport, of market: SyntheticMarket) throws {
    try write(
      StrictJSON.encode(MarketComparison(made: market.comparison, report: report)),
      to: file(market.key, ".fidelity.json"))
  }
}
