import Datasets
import Market
import Torch

/// A way of making training rows that were never observed, rather than whole markets.
///
/// Beside `MarketGenerator`: what comes out are windows of features with labels, which no prices stand
/// behind. One folder and one line of `sampleGeneratorRegistry` make one; contract tests find it there.
public protocol SampleGenerator: SendableMetatype {
  /// Given whole or in part in a spec; what is left out has its default.
  associatedtype Hyperparameters: Codable & Sendable & Equatable
  /// How specs and reports name it; no market generator has the same.
  static var id: String { get }
  /// What it is, in a few words, for `qbench list`.
  static var summary: String { get }
  static var defaults: Hyperparameters { get }
  /// Whether fitting depends on the seed.
  static var isSeeded: Bool { get }
  /// Raised whenever the same input would give other rows.
  static var revision: Int { get }

  /// Throws `SpecError` naming a hyperparameter that is out of range; called before anything runs.
  static func validate(_ hyperparameters: Hyperparameters) throws(SpecError)

  /// How many dates, ending with its own, a row covers, of those it learns from as of those it makes.
  ///
  /// Rows whose window would reach into the hole left by a test block are not to be given to it.
  static func window(_ hyperparameters: Hyperparameters) -> Int

  /// Fits to training rows; validation rows may only say when to stop and which epoch is best.
  ///
  /// Whatever is made later is made from `train` alone. `label` says what the rows' labels are.
  /// - Throws: `GeneratorError` where there is too little to learn from or training diverges.
  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, label: LabelSpec,
    _ hyperparameters: Hyperparameters, in context: GeneratorContext
  ) throws -> any FittedSampleGenerator

  /// What `FittedSampleGenerator.parameters()` gave, back to life over the rows it was fitted to.
  ///
  /// - Throws: `GeneratorError.stored` where something is absent or of another shape.
  static func restore(
    _ parameters: StoredParameters, over train: LabelledSamples,
    _ hyperparameters: Hyperparameters, on device: Device
  ) throws -> any FittedSampleGenerator
}

extension SampleGenerator {
  public static func validate(_: Hyperparameters) throws(SpecError) {}
}

/// A generator that can be asked for rows.
public protocol FittedSampleGenerator {
  /// Numbers worth showing about the fit, such as the best epoch.
  var notes: [String: Double] { get }

  /// Rows made from those of training: the same seeds give the same bits.
  ///
  /// What a family is trained on comes from `LabelledSamples.replaced(by:)` or `augmented(with:)`,
  /// called on the training rows.
  func augment(_ seeds: SeedTree) throws -> SampleSet

  /// What `restore` needs, beside the rows and the hyperparameters.
  func parameters() throws -> StoredParameters
}
