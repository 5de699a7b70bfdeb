import Datasets
import Foundation
import Market
import Networks

/// The state of disentanglement training in a file, from which it goes on to the same bits.
struct TrainingCheckpoint {
  let file: String
  /// What tells one fit from another, so that a checkpoint of another is not gone on from.
  let identity: String

  func write(_ state: DisentanglementState) throws {
    var stored = StoredParameters()
    for (name, array) in state.arrays {
      stored.arrays[name] = .init(shape: array.shape, values: array.values)
    }
    stored.texts["identity"] = [identity]
    try ParametersFile.write(
      stored, FileMetadata(title: "checkpoint of a generator in training"), to: file)
  }

  /// `nil` where there is no file, or one of another fit: training then starts from the beginning.
  ///
  /// - Throws: `StorageError` for a file that is damaged.
  func read() throws -> DisentanglementState? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    let (stored, _) = try ParametersFile.read(file)
    guard stored.texts["identity"] == [identity] else { return nil }
    return DisentanglementState(arrays: stored.arrays.mapValues { ($0.shape, $0.values) })
  }
}
