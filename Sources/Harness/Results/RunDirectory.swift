import Datasets
import Foundation
import HDF5
import Market

/// A run on disk: its spec, its cells and their predictions, its reports.
///
/// Every file is written whole under a temporary name and renamed, so a run that is stopped at any
/// moment leaves only complete cells, and the next start goes on from them.
public struct RunDirectory: Sendable {
  public let url: URL

  public init(_ path: String) { url = URL(fileURLWithPath: path, isDirectory: true) }

  /// Makes the directory for a resolved spec, or takes it up again where the spec is the same.
  ///
  /// A spec that differs only in what scores, explains or limits cells (see `Experiment.trains`) is taken for
  /// the same: it replaces the one that was there, and no cell is trained again.
  /// - Returns: The lock that keeps other runs out for as long as it lives.
  /// - Throws: `RunDirectoryError` where the directory belongs to another spec, is in use or cannot be
  ///   written; nothing in it has then changed.
  public func prepare(for experiment: Experiment) throws -> RunLock {
    try requirePlace(for: experiment)
    try makeFolders()
    let lock = try RunLock(self)
    sweep()
    // Another run may have been here before the lock.
    try requirePlace(for: experiment)
    try store(experiment)
    try write(
      StrictJSON.encode(RunEnvironment.current(), pretty: true),
      to: environmentURL)
    return lock
  }

  /// Looks whether a run of a resolved spec may be carried out here, and changes nothing.
  ///
  /// - Throws: `RunDirectoryError` where the directory belongs to another spec or is something else.
  func requirePlace(for experiment: Experiment) throws {
    let files = FileManager.default
    guard files.fileExists(atPath: specURL.path) else {
      // A start that failed early, such as on a full disk, leaves empty folders.
      func names(in folder: URL) -> [String] {
        ((try? files.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }
      }
      let emptied = [cellsURL, predictionsURL, explanationsURL, syntheticURL]
        .filter { names(in: $0).isEmpty }.map(\.lastPathComponent)
      guard names(in: url).allSatisfy(emptied.contains) else {
        throw RunDirectoryError.notARun(url.path)
      }
      return
    }
    let there = try readSpec()
    guard there.trains == experiment.trains else {
      throw RunDirectoryError.otherSpec(
        url.path, differs: try Self.differences(there.trains, experiment.trains))
    }
  }

  /// Removes what a killed process left half-written; nobody else is writing while we hold the lock.
  private func sweep() {
    for folder in [url, cellsURL, predictionsURL, explanationsURL, syntheticURL] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names where name.hasPrefix(".qbench-") && name.hasSuffix(".tmp") {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      }
    }
  }

  /// Makes the folders of cells and what belongs to them.
  func makeFolders() throws {
    for folder in [cellsURL, predictionsURL, explanationsURL, syntheticURL] {
      try makeFolder(folder)
    }
  }

  /// Makes a folder with those it lies in; one that is there will do.
  private func makeFolder(_ folder: URL) throws {
    func make() -> Int32 { mkdir(folder.path, 0o777) == 0 ? 0 : errno }
    var code = make()
    if code == ENOENT, folder.pathComponents.count > 1 {
      try makeFolder(folder.deletingLastPathComponent())
      code = make()
    }
    guard code != 0 else { return }
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      return
    }
    throw RunDirectoryError.cannotWrite(
      folder.path,
      code == EEXIST ? "the name is taken by something else" : String(cString: strerror(code)))
  }

  /// The resolved spec of the run; what an older one does not yet name has its default.
  public func readSpec() throws -> Experiment {
    guard let data = try? Data(contentsOf: specURL) else {
      throw RunDirectoryError.noRun(url.relativePath)
    }
    return try Experiment().overlaid(by: data, named: specURL.path)
  }

  /// Writes the resolved spec of the run.
  func store(_ experiment: Experiment) throws {
    try write(StrictJSON.encode(experiment, pretty: true), to: specURL)
  }

  /// The machine of the last start, or `nil` where it is not known.
  public func environment() -> RunEnvironment? {
    (try? Data(contentsOf: environmentURL)).flatMap {
      try? JSONDecoder().decode(RunEnvironment.self, from: $0)
    }
  }

  // MARK: - Cells

  /// What became of a cell, or `nil` where it has not finished.
  public func record(of key: String) -> CellRecord? {
    guard let data = try? Data(contentsOf: cellURL(key)),
      let record = try? JSONDecoder().decode(CellRecord.self, from: data), record.key == key,
      record.failure != nil
        || FileManager.default.fileExists(atPath: predictionsPath(of: key))
    else { return nil }
    return record
  }

  /// Whether a cell is done and did not fail; a failed one is tried again.
  func hasPredictions(of key: String) -> Bool {
    record(of: key).map { $0.failure == nil } ?? false
  }

  /// Forgets a cell whose predictions turned out to be damaged; its file is kept beside, renamed.
  func discard(_ key: String) {
    let path = predictionsPath(of: key)
    _ = rename(path, path + ".damaged")
    try? FileManager.default.removeItem(at: cellURL(key))
  }

  /// Stores a finished cell: its predictions first, so that a record vouches for them.
  ///
  /// - Throws: `UserFacingError` where the directory cannot be written.
  public func store(_ record: CellRecord, _ rows: PredictionRows?) throws {
    if let rows {
      let metadata = FileMetadata(
        title: "\(record.name), fold \(record.fold), seed \(record.seed)",
        createdBy: "qbench \(Version.current)")
      try PredictionsFile.write(rows, metadata, to: predictionsPath(of: record.key))
    }
    try write(StrictJSON.encode(record, pretty: true), to: cellURL(record.key))
  }

  /// What a finished cell predicted.
  ///
  /// - Throws: `StorageError` where its file is missing or damaged.
  public func predictions(of key: String) throws -> PredictionRows {
    try PredictionsFile.read(predictionsPath(of: key)).rows
  }

  // MARK: - Reports

  /// Writes a report file of the run.
  public func write(_ content: Data, named name: String) throws {
    try write(content, to: url.appendingPathComponent(name))
  }

  func write(_ data: Data, to target: URL) throws {
    do {
      try AtomicFile.replace(target.path) { temporary in
        try data.write(to: URL(fileURLWithPath: temporary))
      }
    } catch {
      throw RunDirectoryError.cannotWrite(target.path, systemReason(of: error))
    }
  }

  // MARK: - Names

  private var specURL: URL { url.appendingPathComponent("spec.json") }
  private var environmentURL: URL { url.appendingPathComponent("environment.json") }
  private var cellsURL: URL { url.appendingPathComponent("cells", isDirectory: true) }
  private var predictionsURL: URL { url.appendingPathComponent("predictions", isDirectory: true) }
  var explanationsURL: URL { url.appendingPathComponent("explanations", isDirectory: true) }
  private func cellURL(_ key: String) -> URL { cellsURL.appendingPathComponent("\(key).json") }
  func predictionsPath(of key: String) -> String {
    predictionsURL.appendingPathComponent("\(key).h5").path
  }

  /// The top-level keys in which two specs differ.
  private static func differences(_ a: Experiment, _ b: Experiment) throws -> [String] {
    func object(_ spec: Experiment) throws -> [String: JSONValue] {
      try JSONDecoder().decode([String: JSONValue].self, from: StrictJSON.encode(spec))
    }
    let (left, right) = (try object(a), try object(b))
    return Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
  }
}

/// What the system says of a failed file operation, such as "Permission denied".
private func systemReason(of error: any Error) -> String {
  if let error = error as? FileError { return error.reason }
  let error = error as NSError
  let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  if cause.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(cause.code))) }
  // Foundation does not always hand on what it was told.
  switch CocoaError.Code(rawValue: error.code) {
  case .fileWriteOutOfSpace: return String(cString: strerror(ENOSPC))
  case .fileWriteVolumeReadOnly: return String(cString: strerror(EROFS))
  case .fileWriteNoPermission: return String(cString: strerror(EACCES))
  case .fileWriteFileExists: return "the name is taken by something else"
  default: return error.localizedDescription
  }
}
