import Foundation
import Market
import Torch

/// What a fit may know beside its market.
public struct GeneratorContext: Sendable {
  /// The generator's own tree of random streams.
  public let seeds: SeedTree
  /// Where networks are trained and asked.
  public let device: Device
  /// Told how training goes; may be called many times a second.
  public let progress: @Sendable (TrainingProgress) -> Void
  /// A file to keep the state of training in, so that it can go on after an interruption.
  public let checkpoint: String?

  public init(
    seeds: SeedTree, device: Device = .cpu, checkpoint: String? = nil,
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) {
    (self.seeds, self.device) = (seeds, device)
    (self.checkpoint, self.progress) = (checkpoint, progress)
  }

  /// Removes the checkpoint, and those that a generator of several networks put beside it
  /// (`checkpoint.network`); where a file cannot be removed, it stays.
  public func removeCheckpoint() {
    guard let checkpoint else { return }
    let file = URL(fileURLWithPath: checkpoint)
    let folder = file.deletingLastPathComponent()
    let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    for name in found ?? []
    where name == file.lastPathComponent || name.hasPrefix(file.lastPathComponent + ".") {
      try? FileManager.default.removeItem(at: folder.appending(path: name))
    }
  }
}

/// How far training has come.
public struct TrainingProgress: Sendable, Equatable {
  public var step: Int
  public var steps: Int
  /// By name, such as `critic`.
  public var losses: [String: Double]
  /// Where in training this is, such as `epoch 2/12`; empty where steps are all there is.
  public var stage: String

  public init(step: Int, steps: Int, losses: [String: Double], stage: String = "") {
    (self.step, self.steps, self.losses) = (step, steps, losses)
    self.stage = stage
  }
}
