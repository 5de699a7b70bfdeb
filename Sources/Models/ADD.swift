import Market
import Networks
import Torch

/// The excess-return predictor of augmented disentanglement distillation, without the augmentation.
///
/// Tang et al. (2020), arXiv 2012.06289: one GRU keeps what foretells an asset's excess return, another
/// what foretells the market's trend, and each is trained against an adversary that looks for the
/// other's label in it; a decoder has to make the window again from both. The losses are spelled out in
/// `DisentanglementLosses`. The generator of the same name makes training rows by it.
enum ADD: ModelFamily {
  typealias Hyperparameters = DisentanglementHyperparameters

  static let id = "add"
  static let summary = "disentangled GRU: excess and market codes, adversaries, self-distillation"
  /// Shorter than the generator's: a decoder that is good enough to keep the codes apart will do.
  static let defaults = {
    var defaults = DisentanglementHyperparameters(stopping: .rankIC)
    (defaults.epochs, defaults.patience) = (4, 2)
    return defaults
  }()
  static let isSeeded = true
  static let revision = 1

  static func validate(_ given: Hyperparameters) throws(SpecError) { try given.validate(for: id) }

  static func window(_ given: Hyperparameters) -> Int { given.steps }

  static func fit(
    _ train: LabelledSamples, validating: LabelledSamples?, _ given: Hyperparameters,
    in context: FitContext
  ) throws -> any Predictor {
    try TorchRuntime.require(context.device)
    let training = DisentanglementTraining(
      given.shape(columns: train.samples.columns.count), given.options, seeds: context.seeds,
      device: context.device)
    return ADDPredictor(
      trained: try training.run(train, validating: validating, label: context.label))
  }
}

struct ADDPredictor: Predictor {
  let trained: TrainedDisentanglement

  var notes: [String: Double] { trained.notes }

  func predict(_ samples: Samples) throws -> [Float] { try trained.predict(samples) }
}
