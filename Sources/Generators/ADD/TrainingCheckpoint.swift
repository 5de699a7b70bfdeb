import Datasets
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

  /// `nil` where there is none to go on from: training then starts from the beginning.
  func read() -> DisentanglementState? {
    CheckpointFile.read(file, identity: identity).flatMap { stored in
      DisentanglementState(arrays: stored.arrays.mapValues { ($0.shape, $0.values) })
    }
  }
}
