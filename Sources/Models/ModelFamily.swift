import Market
import Torch

/// A way of turning labelled rows into a predictor.
///
/// One file and one line of `modelRegistry` make a family; contract tests find it there.
public protocol ModelFamily: SendableMetatype {
  /// Given whole or in part in a spec; what is left out has its default.
  associatedtype Hyperparameters: Codable & Sendable & Equatable
  /// How specs and reports name it.
  static var id: String { get }
  /// What it is, in a few words, for `qbench list`.
  static var summary: String { get }
  static var defaults: Hyperparameters { get }
  /// Whether the result depends on the seed; where it does not, one seed is run.
  static var isSeeded: Bool { get }
  /// Raised whenever the same input would give other predictions: stored results are then stale.
  static var revision: Int { get }

  /// Throws `SpecError` naming a hyperparameter that is out of range; called before anything runs.
  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError)

  /// Fills in what only the moment of resolving a spec can tell, such as the digest of a file.
  ///
  /// Called on valid hyperparameters; what comes back is completed to itself.
  static func completed(_ hyperparameters: Hyperparameters) throws(SpecError) -> Hyperparameters

  /// How many dates, ending with its own, a row's input covers; 1 where a row is seen by itself.
  ///
  /// Rows whose input would reach into the hole left by a test block are not trained on.
  static func window(_ hyperparameters: Hyperparameters) -> Int

  /// Fits to training rows, watching validation rows, and is handed nothing else.
  ///
  /// What comes back can predict: no value in the program is a model that cannot yet.
  /// - Throws: `TrainingError.diverged` rather than returning a predictor of NaN.
  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ hyperparameters: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor
}

extension ModelFamily {
  public static func validate(_: Hyperparameters) throws(SpecError) {}
  public static func completed(
    _ hyperparameters: Hyperparameters
  ) throws(SpecError) -> Hyperparameters { hyperparameters }
  public static func window(_: Hyperparameters) -> Int { 1 }
}

/// What a fit may know beside its rows.
public struct FitContext: Sendable {
  /// The cell's own tree of random streams.
  public let seeds: SeedTree
  /// The transform of the labels, so that a factor can be brought to their scale.
  public let label: LabelSpec
  /// Where networks are trained and asked.
  public let device: Device

  public init(seeds: SeedTree, label: LabelSpec, device: Device = .cpu) {
    self.seeds = seeds
    self.label = label
    self.device = device
  }
}

/// A fitted model.
public protocol Predictor {
  /// One finite value a row, in the units of the training labels.
  func predict(_ samples: Samples) throws -> [Float]
  /// What the fit settled on, such as the best epoch or the chosen penalty, for the cell's record.
  var notes: [String: Double] { get }
}

extension Predictor {
  public var notes: [String: Double] { [:] }
}
