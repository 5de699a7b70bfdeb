import Datasets
import Foundation
import Market
import Torch

/// Fitted generators of rows in HDF5, schema 1, kind `parameters`.
///
/// The rows they were fitted to are not in it: they are given again to bring one back to life.
public enum SampleGeneratorFile {
  /// Writes a generator, replacing `path` as a whole or not at all.
  ///
  /// `hyperparameters` are those its registry entry resolved.
  /// - Throws: `StorageError.cannotWrite`.
  public static func write(
    _ fitted: any FittedSampleGenerator, _ entry: SampleGeneratorEntry, hyperparameters: Data,
    seed: UInt64, learnt: LearntFrom? = nil, to path: String
  ) throws {
    var parameters = try fitted.parameters()
    learnt?.describe(in: &parameters)
    parameters.arrays["generator.revision"] = .init(shape: [1], values: [Double(entry.revision)])
    let metadata = FileMetadata(
      title: "generator \(entry.id), fitted", generator: entry.id,
      spec: String(decoding: hyperparameters, as: UTF8.self), seed: seed,
      parentSHA256: learnt?.parentSHA256 ?? "")
    try ParametersFile.write(parameters, metadata, to: path)
  }

  /// A generator of rows as it lies in a file.
  public struct Stored {
    public let entry: SampleGeneratorEntry
    public let metadata: FileMetadata
    /// `nil` where the file does not say.
    public let learnt: LearntFrom?
    /// Resolved.
    public let hyperparameters: Data
    let parameters: StoredParameters

    /// Makes the same bits as the one written, where the rows are the same.
    ///
    /// - Throws: `GeneratorError.stored` where a part is absent or does not fit the rows.
    public func restored(
      over train: LabelledSamples, on device: Device = .cpu
    ) throws -> any FittedSampleGenerator {
      try entry.restore(parameters, train, hyperparameters, device)
    }
  }

  /// - Throws: `StorageError` for a damaged file, `SpecError.unknown` for a generator that does not
  ///   exist, `GeneratorError.stored` for one of another revision.
  public static func read(_ path: String) throws -> Stored {
    var (parameters, metadata) = try ParametersFile.read(path)
    let entry = try sampleGeneratorRegistry.require(metadata.generator)
    let revision = parameters.arrays.removeValue(forKey: "generator.revision")?.values.first
    guard revision == Double(entry.revision) else {
      throw GeneratorError.stored(
        generator: entry.id,
        reason: "\(path) is of revision \(revision.map { "\($0)" } ?? "unknown"), "
          + "this version has \(entry.revision); fit it again")
    }
    let learnt = LearntFrom(takingFrom: &parameters, metadata)
    return Stored(
      entry: entry, metadata: metadata, learnt: learnt,
      hyperparameters: try entry.resolve(Data(metadata.spec.utf8)), parameters: parameters)
  }
}
