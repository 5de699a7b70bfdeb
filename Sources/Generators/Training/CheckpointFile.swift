import Datasets
import Foundation

/// The file in which training keeps its state.
enum CheckpointFile {
  /// What it holds of the fit that `identity` names; `nil` where there is none, or one of another fit.
  ///
  /// A checkpoint is there to spare work: one that is damaged is set aside (`….damaged`), and training
  /// starts from the beginning.
  static func read(_ path: String, identity: String) -> StoredParameters? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let (stored, _) = try? ParametersFile.read(path) else {
      _ = rename(path, path + ".damaged")
      return nil
    }
    return stored.texts["identity"] == [identity] ? stored : nil
  }
}
